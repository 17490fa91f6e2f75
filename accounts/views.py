from typing import Any

from allauth.account.views import SignupView as AllauthSignupView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.forms import NameForm, PingForm
from accounts.guests import make_bot
from accounts.limits import set_max_ping
from accounts.models import User
from accounts.people import person

BOTS_A_MINUTE = 300  # from one address: a class behind one router fits, a loop does not


@require_POST
def guest(request: HttpRequest) -> HttpResponse:
    """Play as guest, in one click; back to the page one came from."""
    person(request)
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(target) if safe else redirect("home")


@csrf_exempt
@require_POST
def bot(request: HttpRequest) -> JsonResponse:
    """An account and a token for a program. Takes no cookie into account, so there is nothing for a forger to use."""
    key = f"bots:{request.META.get('REMOTE_ADDR')}"
    cache.add(key, 0, 60)
    if cache.incr(key) > BOTS_A_MINUTE:
        refusal = {"code": "too_many", "expected": f"at most {BOTS_A_MINUTE} new bots a minute", "came": "one more"}
        return JsonResponse(refusal, status=429)
    try:
        user, token = make_bot(request.POST.get("name", "").strip())
    except ValidationError as error:
        refusal = {"code": "bad_name", "expected": "; ".join(error.messages), "came": request.POST["name"][:200]}
        return JsonResponse(refusal, status=400)
    return JsonResponse({"id": user.pk, "name": user.name, "token": token}, status=201)


@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """One's own name, whom one plays, and the ways to password, e-mail and out."""
    assert isinstance(request.user, User)
    # A copy: a refused name must not show in the page's head.
    form = NameForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your name is changed."))
        return redirect("accounts:settings")
    return render(request, "accounts/settings.html", {"form": form, "ping": PingForm.of(request.user)})


@login_required
@require_POST
def opponents(request: HttpRequest) -> HttpResponse:
    """Which opponents to avoid."""
    assert isinstance(request.user, User)
    ping = PingForm(request.POST)
    if not ping.is_valid():
        form = NameForm(instance=request.user)
        return render(request, "accounts/settings.html", {"form": form, "ping": ping}, status=400)
    set_max_ping(request.user, ping.cleaned_data["max_ping_ms"])
    messages.success(request, _("Saved."))
    return redirect("accounts:settings")


class SignupView(AllauthSignupView):
    """allauth's, open to guests too: signing up makes their account theirs."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, User) and not request.user.is_guest:
            return redirect("home")
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def get_initial(self) -> dict[str, Any]:
        user = self.request.user
        return {**super().get_initial(), **({"username": user.name} if isinstance(user, User) else {})}
