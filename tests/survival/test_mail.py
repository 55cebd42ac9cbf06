"""Mail while programs die and servers misbehave: nothing is sent twice, nothing lost in silence."""

from collections import Counter

import pytest

from aftercart.conversation.messages import actions
from aftercart.conversation.messages.models import Message
from aftercart.conversation.messages.tests.shop import Shop
from aftercart.core import clock, sql
from tests.standins.smtp import smtp_server
from tests.support.live import StartLiveApp, free_port, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]

ORDERS = 25


def waiting_links() -> Shop:
    """A store with messages that are due now, each to another address."""
    shop = Shop()
    for number in range(ORDERS):
        shop.place(str(number), email=f"shopper{number}@example.com", quiet=True)
    ids = [shop.order_id(str(number)) for number in range(ORDERS)]
    assert actions.send_tracking_link(shop.store.id, ids) == ORDERS
    return shop


def states(shop: Shop) -> Counter[str]:
    return Counter(Message.objects.filter(store=shop.store).values_list("state", flat=True))


def run_out_of_leases() -> None:
    """What the dead worker held is free again, as it would be in a few minutes."""
    sql.run(
        "UPDATE messages_message SET due_at = %s WHERE state IN ('planned', 'sending')",
        [clock.now()],
    )


def test_a_worker_killed_while_sending_sends_nothing_twice(live_app_with: StartLiveApp):
    with smtp_server() as standin:
        standin.reply_after = 0.15
        shop = waiting_links()
        app = live_app_with("work", EMAIL_URL=standin.url, EMAIL_FROM="A <orders@example.com>")
        wait_for(lambda: len(standin.mails) >= 5, 30, "the fifth mail")
        app.kill("work")
        run_out_of_leases()
        standin.reply_after = 0.0
        app.start("work")
        wait_for(lambda: not {"planned", "sending"} & states(shop).keys(), 60, "the last mail")
        assert max(Counter(standin.recipients).values()) == 1
        found = states(shop)
        assert found["unknown"] <= 1, "only the one in mid-send is in doubt"
        assert found["sent"] + found["unknown"] == ORDERS
        assert len(standin.mails) >= found["sent"]


def test_a_mail_server_that_comes_late_and_says_no_first_gets_every_mail_once(
    live_app_with: StartLiveApp,
):
    port = free_port()
    shop = waiting_links()
    app = live_app_with(
        "work", EMAIL_URL=f"smtp://127.0.0.1:{port}?tls=none", EMAIL_FROM="A <orders@example.com>"
    )
    wait_for(lambda: "mail_server_away" in app.log("work"), 30, "a try without a server")
    assert not {"sent", "unknown", "failed"} & states(shop).keys()
    with smtp_server(port) as standin:
        standin.answer("mail", "421 4.3.2 Not yet", times=2)
        wait_for(lambda: states(shop)["sent"] == ORDERS, 60, "every mail")
        assert max(Counter(standin.recipients).values()) == 1
    assert Message.objects.filter(store=shop.store, attempts__gt=1).count() == 0
