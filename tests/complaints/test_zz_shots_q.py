"""Throw-away: pictures of the pages."""
import os
from datetime import timedelta
from typing import Any
import pytest
from playwright.sync_api import sync_playwright
from complaints.actions.contact import log_contact
from complaints.actions.details import change_details
from complaints.actions.handoff import *
from complaints.actions.intake import add_note, add_to_narrative
from complaints.models import Preferences, Complaint, Contact
from followups.tasks import miss_promises
from escalation.actions.escalation import raise_escalation
from tests import factories
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="1"

@pytest.mark.django_db(transaction=True)
def test_shots(cast, live_server, as_user, move_clock, settings):
    settings.STATICFILES_DIRS = settings.STATICFILES_DIRS
    c = factories.in_progress(cast, was_told="2 years’ warranty, by a promoter", correct_information="1 year, plus 1 year if registered", misinformation_source="promoter")
    log_contact(c, factories.said(direction="in", reply="", words="Saya tidak mau dengar lagi sudah disampaikan.", emotion=4), by=cast.agent)
    h = factories.handed_off(cast, c)
    accept_handoff(h, by=cast.officer); write_in_handoff(h, by=cast.officer, words="Need the receipt number.")
    factories.with_evidence(cast, c)
    add_note(c, by=cast.colleague, words="Rang the shop: the promoter is on leave.")
    add_to_narrative(c, by=cast.agent, words="Promotornya memakai kaus biru.")
    raise_escalation(c, by=cast.agent, trigger_key="by_hand:1", question="May I refund above my limit?")
    move_clock(days=2, hours=2); miss_promises()
    for n in range(4):
        x = factories.in_progress(cast, customer=cast.other_customer, topic="Charged twice at renewal")
        if n % 2: factories.keep_promises(cast, x); factories.handed_off(cast, x)
    factories.offered(cast, factories.in_progress(cast, topic="Washing machine stops mid-cycle"))
    r = factories.resolved(cast)
    done = None
    pages = {"queue": "/queue/", "complaint": c.get_absolute_url(), "resolved": r.get_absolute_url(), "contact": f"{c.get_absolute_url()}contacts/new/",
             "details": f"{c.get_absolute_url()}details/", "owner": f"{c.get_absolute_url()}owner/", "person": f"{c.get_absolute_url()}person-complained-of/",
             "reply": f"{c.get_absolute_url()}final-reply/", "addition": f"{c.get_absolute_url()}additions/new/"}
    cookie = as_user(cast.agent).cookies["sessionid"].value
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox","--disable-gpu","--disable-background-networking"])
        def shoot(name, url, width, full=True):
            ctx = b.new_context(viewport={"width": width, "height": 900})
            ctx.add_cookies([{"name":"sessionid","value":cookie,"url":live_server.url}])
            pg = ctx.new_page(); pg.goto(live_server.url+url)
            over = pg.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0: print("OVERFLOW", name, width, over)
            if name.startswith("contact"): pg.check("input[name=direction][value=out]")
            pg.screenshot(path=f"/tmp/shots_q/{name}.png", full_page=full); ctx.close()
        os.makedirs("/tmp/shots_q", exist_ok=True)
        for name, url in pages.items():
            shoot(name, url, 1280)
            shoot(name+"-360", url, 360)
        # conflict
        ctx = b.new_context(viewport={"width":1280,"height":900}); ctx.add_cookies([{"name":"sessionid","value":cookie,"url":live_server.url}])
        pg = ctx.new_page(); pg.goto(live_server.url+pages["details"])
        change_details(c, by=cast.supervisor, severity="high", product="Kulkas")
        pg.fill("#id_topic", "Warranty: two years or one"); pg.check("input[name=severity][value=low]"); pg.click("main button.primary")
        pg.screenshot(path="/tmp/shots_q/conflict.png", full_page=True); ctx.close()
        Preferences.objects.update_or_create(user=cast.agent, defaults={"theme":"dark"})
        shoot("complaint-dark", pages["complaint"], 1280); shoot("queue-dark", pages["queue"], 1280)
        b.close()
