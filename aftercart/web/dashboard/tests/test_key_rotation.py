"""Second factors outlive the key that sealed them."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from pytest_django import Settings

from aftercart.core import clock
from aftercart.core.models import Member
from aftercart.core.sealing import UnsealError
from aftercart.intake import housekeeping
from aftercart.web.dashboard.accounts import reseal_second_factors

pytestmark = pytest.mark.django_db

NEW = "new:" + "bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleTE="


def test_after_a_new_key_the_old_one_can_go(owner: Member, settings: Settings) -> None:
    secret = generate_totp_secret()
    TOTP.activate(owner.user, secret)
    codes = RecoveryCodes.activate(owner.user).generate_codes()
    settings.AFTERCART_KEYS = f"{NEW},{settings.AFTERCART_KEYS}"
    housekeeping.run(clock.now())
    assert reseal_second_factors() == 0
    settings.AFTERCART_KEYS = NEW
    totp = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert decrypt(totp.data["secret"]) == secret
    kept = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    assert RecoveryCodes(kept).generate_codes() == codes


def test_what_no_key_opens_stays_as_it_is(owner: Member, settings: Settings) -> None:
    TOTP.activate(owner.user, generate_totp_secret())
    before = Authenticator.objects.get().data
    settings.AFTERCART_KEYS = NEW
    assert reseal_second_factors() == 0
    assert Authenticator.objects.get().data == before
    with pytest.raises(UnsealError):
        decrypt(before["secret"])
