from django.db.models import Q
from rest_framework import mixins, permissions, viewsets

from .models import Article, Note, Paper
from .serializers import ArticleSerializer, ArticleWithAuthorSerializer, NoteSerializer, PaperSerializer


FILTERS = {"status": ["exact"], "views": ["gt", "lt"]}


class ArticleViewSet(mixins.CreateModelMixin, viewsets.ReadOnlyModelViewSet):
    filterset_fields = FILTERS
    ordering_fields = ["views"]

    def expands(self):
        return self.request.query_params.get("expand") == "author"

    def get_queryset(self):
        articles = Article.objects.all()
        return articles.select_related("author") if self.expands() else articles

    def get_serializer_class(self):
        return ArticleWithAuthorSerializer if self.expands() else ArticleSerializer


class NoteViewSet(mixins.CreateModelMixin, viewsets.ReadOnlyModelViewSet):
    """Anyone adds notes; who has logged in reads the published ones and their own."""

    serializer_class = NoteSerializer
    filterset_fields = FILTERS

    def get_permissions(self):
        return [permissions.AllowAny() if self.action == "create" else permissions.IsAuthenticated()]

    def get_queryset(self):
        return Note.objects.filter(Q(status="published") | Q(author=self.request.user))


class PaperViewSet(mixins.CreateModelMixin, viewsets.ReadOnlyModelViewSet):
    queryset = Paper.objects.all()
    serializer_class = PaperSerializer
    filterset_fields = FILTERS
    ordering_fields = ["views"]
