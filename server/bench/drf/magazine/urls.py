from django.urls import include, path
from rest_framework.routers import DefaultRouter
from rest_framework_simplejwt.views import TokenObtainPairView

from .views import ArticleViewSet, NoteViewSet, PaperViewSet

router = DefaultRouter()
router.register("articles", ArticleViewSet, basename="article")
router.register("notes", NoteViewSet, basename="note")
router.register("papers", PaperViewSet, basename="paper")

urlpatterns = [
    path("api/token/", TokenObtainPairView.as_view()),
    path("api/", include(router.urls)),
]
