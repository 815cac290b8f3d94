import os
from datetime import timedelta
import pytest
from complaints import clock
from complaints.models import Preferences
from complaints.actions.handoff import write_in_handoff, accept_handoff, answer_at_once, settle_handoff, answer_handoff
from complaints.tasks import lapse_handoffs
from tests import factories
from tests.complaints.handoff_forms import *
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="1"

@pytest.mark.django_db(transaction=True)
def test_shots(live_server, cast, move_clock, as_user):
    from playwright.sync_api import sync_playwright
    c = factories.in_progress(cast)
    ev = factories.with_evidence(cast, c)
    from complaints.actions.verification import add_evidence, CheckedFile
    f = add_evidence(c, by=cast.agent, kind="receipt", file=CheckedFile("INV-8812.pdf","application/pdf",PDF), note="")
    h = factories.handed_off(cast, c, told_customer="We promised: call with the answer of Sales, by Thursday 26 November 2026, 10:00 WIB", files=[f])
    write_in_handoff(h, by=cast.officer, words="Need the receipt number.")
    write_in_handoff(h, by=cast.agent, words="INV-8812 is attached.")
    h2 = factories.handed_off(cast, c, question="Which promoter was on shift on Saturday 14 November between 14:00 and 15:00, and what does the leaflet they had say about registration of the warranty?", answer_by=clock.now()+timedelta(days=5))
    done = answered(cast, c)
    two = returned_twice(cast, c)
    late = factories.handed_off(cast, c, question="How was it?", answer_by=clock.now()+timedelta(hours=1)); accept_handoff(late, by=cast.officer)
    move_clock(hours=2)
    answer_handoff(late, by=cast.officer, words="Late."); settle_handoff(late, by=cast.agent, words="ok")
    accept_handoff(h, by=cast.officer)
    Preferences.objects.update_or_create(user=cast.supervisor, defaults={"theme":"dark"})
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox","--disable-gpu","--disable-background-networking"])
        def shot(user, path, name, width=1280, act=None):
            ctx = b.new_context(viewport={"width":width,"height":900})
            k = as_user(user)
            ctx.add_cookies([{"name":"sessionid","value":k.cookies["sessionid"].value,"url":live_server.url}])
            pg = ctx.new_page(); errs=[]
            pg.on("console", lambda m: errs.append(m.text) if m.type=="error" else None)
            pg.goto(live_server.url+path)
            if act: act(pg)
            pg.screenshot(path=f"/tmp/shots/{name}.png", full_page=True)
            w = pg.evaluate("document.documentElement.scrollWidth")
            print(name, pg.title(), "WIDTH", w, errs)
            ctx.close()
        shot(cast.officer, "/inbox/", "inbox")
        shot(cast.officer, "/inbox/", "inbox360", 360)
        shot(cast.officer, f"/handoffs/{h.pk}/", "officer")
        shot(cast.officer, f"/handoffs/{h.pk}/", "officer360", 360)
        shot(cast.officer, f"/handoffs/{h2.pk}/", "officer_return", act=lambda pg: pg.keyboard.press("b"))
        shot(cast.agent, f"/handoffs/{done.pk}/", "owner_answered")
        shot(cast.supervisor, f"/handoffs/{two.pk}/", "sup_twice_dark")
        shot(cast.agent, f"/handoffs/{late.pk}/", "owner_late")
        def fill(pg):
            pg.fill("#id_question", "Was it promised?")
            pg.select_option("#id_department", label="Sales")
            pg.wait_for_timeout(900)
            print("PREVIEW:", "Was it promised?" in pg.inner_text("#packet"), pg.title())
        shot(cast.agent, f"/complaints/{c.reference}/handoffs/new/", "new", act=fill)
        shot(cast.agent, f"/complaints/{c.reference}/handoffs/new/", "new360", 360)
        def bad(pg):
            pg.click("button.primary"); pg.wait_for_load_state()
        shot(cast.agent, f"/complaints/{c.reference}/handoffs/new/", "new_bad", act=bad)
        def good(pg):
            fill(pg); pg.fill("#id_answer_by", later(days=3)); pg.click("button.primary"); pg.wait_for_load_state()
        shot(cast.agent, f"/complaints/{c.reference}/handoffs/new/", "new_done", act=good)
        shot(cast.supervisor, f"/handoffs/{two.pk}/assignment/", "assign_dark")
        shot(cast.agent, f"/complaints/{c.reference}/evidence/new/", "evidence_new")
        shot(cast.agent, f"/handoffs/{h.pk}/chase/", "chase")
        shot(cast.finance_officer, "/inbox/", "inbox_empty")
        b.close()
