from django.contrib.auth.models import User
from django.db import models


class Text(models.Model):
    """What articles and notes have, the same as in the other products' schemas."""

    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=200, unique=True)
    body = models.TextField(max_length=20000)
    status = models.CharField(
        max_length=10, choices=[("draft", "Draft"), ("published", "Published"), ("archived", "Archived")]
    )
    views = models.IntegerField(default=0)
    author = models.ForeignKey(User, on_delete=models.CASCADE)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        indexes = [models.Index(fields=["status", "views"])]


class Article(Text):
    pass


class Note(Text):
    pass


class Paper(Text):
    class Meta(Text.Meta):
        indexes = []
