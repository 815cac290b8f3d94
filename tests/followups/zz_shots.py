import os, re
from datetime import timedelta
from typing import Any
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
from complaints import clock
from complaints.models import Complaint
from complaints.actions.approval import approve
from complaints.actions.contact import log_contact
from escalation.actions.escalation import raise_escalation, ask_back
from followups.tasks import miss_promises
from tests import factories
from tests.escalation.test_board import returned_twice
from tests.factories import Cast

def test_shots(cast: Cast, as_user: Any, move_clock: Any) -> None:
    pages = {}
    def keep(name, person, url, data=None):
        c = as_user(person)
        r = c.post(url, data) if data is not None else c.get(url)
        html = r.content.decode()
        html = re.sub(r'(["\'])/static/', r'\1file:///work/main/static/', html)
        html = re.sub(r'([\w-]+)\.[0-9a-f]{12}\.(css|js|svg)', r'\1.\2', html)
        pages[name] = html
        print(name, r.status_code)
    import uuid
    key = lambda **k: {"submit_key": str(uuid.uuid4()), **k}
    a = factories.in_progress(cast)
    factories.offered(cast, a, items=[factories.resolution.ItemFacts("refund", 1250000, "IDR"), factories.resolution.ItemFacts("apology")])
    factories.handed_off(cast, a)
    move_clock(hours=3)
    b = factories.in_progress(cast, topic="Damaged floor")
    e = raise_escalation(b, by=cast.agent, trigger_key="by_hand:1", question="Who pays for the damaged floor? Installer and shop each say it was the other.")
    ask_back(e, by=cast.supervisor, words="Is there a photo of the floor before?")
    c = factories.in_progress(cast, topic="Spare part refused twice")
    returned_twice(cast, c)
    d = factories.ready_to_close(cast, factories.in_progress(cast, topic="Late delivery"))
    asked = factories.asked_exception(cast, b)
    move_clock(days=2)
    miss_promises()
    log_contact(b, factories.said(promised="menelepon sebelum siang", promised_by=clock.now() + timedelta(hours=2)), by=cast.agent)
    off = a.approvals.get()
    keep("closure_missing", cast.agent, f"/complaints/{a.reference}/closure/")
    keep("closure_409", cast.agent, f"/complaints/{a.reference}/closure/", key())
    move_clock(hours=-20)
    keep("closure_await", cast.agent, f"/complaints/{d.reference}/closure/")
    keep("exception_new", cast.agent, f"/complaints/{c.reference}/exception/new/", key(kind="no_reply", reason=""))
    approve(asked, by=cast.supervisor, outcome="Yes.")
    keep("exception", cast.agent, f"/complaints/{b.reference}/exception/")
    keep("approval", cast.supervisor, off.get_absolute_url())
    keep("approval_yes", cast.supervisor, f"/approvals/{off.pk}/approval/")
    keep("board", cast.supervisor, "/board/")
    keep("escalation", cast.supervisor, e.get_absolute_url())
    keep("decision", cast.supervisor, f"/escalations/{e.pk}/decision/?choice=otherwise")
    p = b.promises.filter(state="missed").first()
    keep("promise", cast.agent, p.get_absolute_url())
    keep("telling", cast.agent, f"/promises/{p.pk}/telling/")
    f = d.follow_ups.get()
    keep("follow_up", cast.agent, f.get_absolute_url())
    keep("result", cast.agent, f"/follow-ups/{f.pk}/result/")
    keep("merger", cast.agent, f"/complaints/{b.reference}/merger/")
    keep("reopening", cast.agent, f"/complaints/{d.reference}/reopening/")
    for name, html in pages.items():
        open(f"/tmp/shots/{name}.html", "w").write(html)
