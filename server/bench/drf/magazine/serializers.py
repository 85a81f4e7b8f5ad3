from django.contrib.auth.models import User
from rest_framework import serializers

from .models import Article, Note, Paper

FIELDS = ["id", "title", "slug", "body", "status", "views", "author", "created", "updated"]


class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username", "email", "first_name", "last_name", "date_joined"]


class ArticleSerializer(serializers.ModelSerializer):
    class Meta:
        model = Article
        fields = FIELDS


class ArticleWithAuthorSerializer(ArticleSerializer):
    author = AuthorSerializer(read_only=True)


class NoteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Note
        fields = FIELDS


class PaperSerializer(serializers.ModelSerializer):
    class Meta:
        model = Paper
        fields = FIELDS
