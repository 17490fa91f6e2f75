"""allauth, fitted to guests: whoever signs up as a guest keeps their account, name and record in place."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def new_user(self, request: HttpRequest) -> User:
        """The guest of this session, to be claimed; otherwise a new user."""
        if isinstance(request.user, User) and request.user.is_guest:
            return request.user
        return User()

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.is_guest = False
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """A guest may keep the name they have."""
        user = self.request.user
        if isinstance(user, User) and user.is_guest and user.username.lower() == username.lower():
            shallow = True
        cleaned: str = super().clean_username(username, shallow)
        return cleaned

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True
