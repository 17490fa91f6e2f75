from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms

from accounts.models import User


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    """Change the name that everybody sees."""

    class Meta:
        model = User
        fields = ("username",)

    def clean_username(self) -> str:
        name = " ".join(self.cleaned_data["username"].split())
        if User.objects.filter(username__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(User._meta.get_field("username").error_messages["unique"])
        return name


class SignupForm(AllauthSignupForm):
    """allauth's, with the guest's name filled in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = User._meta.get_field("username").verbose_name.capitalize()
