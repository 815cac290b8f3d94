import re, sys
from datetime import timedelta
from decimal import Decimal
import pytest
from playwright.sync_api import sync_playwright
from complaints import clock
from complaints.actions import verification, resolution, approval
from complaints.models import *
from tests import factories

@pytest.mark.django_db(transaction=True)
def test_shots(live_server):
    import os
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="true"
    cast = factories.make_cast()
    c = factories.in_progress(cast)
    verification.start_verifying(c, by=cast.agent)
    verification.take_account(c, by=cast.agent, party="customer", words="Pagi: Saya datang ke toko Bekasi.\n14.30 Promotor berseragam biru bilang garansinya dua tahun.\n14.50 Saya bayar dengan kartu. Nota saya simpan di tas.")
    verification.take_account(c, by=cast.agent, party="customer", words="14.20 Saya datang ke toko Bekasi, bukan pagi.\n14.30 Promotor berseragam biru bilang garansinya dua tahun.\n14.50 Saya bayar dengan kartu. Nota saya simpan di tas.\n19.00 Di rumah saya baca, di nota tertulis satu tahun.", read_back=True)
    verification.take_account(c, by=cast.colleague, party="employee", teller="Promoter on shift", words="Siang: Saya melayani seorang ibu.\nSiang: Saya bilang garansi satu tahun, bisa ditambah kalau didaftarkan.", read_back=True, has_consent=True)
    ev = factories.with_evidence(cast, c)
    d = verification.note_discrepancy(c, by=cast.agent, topic="Warranty", customer_says="2 years, same in both versions", other_says="1 year, longer if registered")
    verification.settle_discrepancy(d, by=cast.agent, state="explained", finding="2 years was said. Registration was not mentioned.", evidence=[ev])
    d2 = verification.note_discrepancy(c, by=cast.agent, topic="Receipt", customer_says="Not shown the warranty line", other_says="Did not go to the till")
    issue = c.issues.get()
    k = factories.cause_known(cast, factories.in_progress(cast, customer=cast.other_customer))
    v = factories.verified(cast, factories.in_progress(cast, customer=cast.other_customer))
    factories.with_evidence(cast, v)
    o = factories.in_progress(cast, wants=["refund","apology"])
    offer = factories.offered(cast, o, items=[resolution.ItemFacts("refund", Decimal("450000"), "IDR"), resolution.ItemFacts("apology"), resolution.ItemFacts("other", words="One year of free service")], kind="alternative", reason="She keeps the fridge.", needed="The receipt", is_goodwill=True)
    a = factories.accepted(cast, factories.in_progress(cast), items=[resolution.ItemFacts("refund", Decimal("450000"), "IDR"), resolution.ItemFacts("apology")])
    resolution.fulfil_item(a.items.get(kind="apology"), by=cast.agent, done_on=clock.now().date(), reference="Call of Tuesday")
    fresh = factories.in_progress(cast, wants=["refund","apology"], wanted_amount=Decimal("1250000"))
    from django.test import Client
    def cookie(user):
        cl = Client(); cl.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        from django.conf import settings as st; return cl.cookies[st.SESSION_COOKIE_NAME].value
    R = c.reference
    pages = {
      "verification": f"/complaints/{R}/verification/", "accounts": f"/complaints/{R}/accounts/", "account-new": f"/complaints/{R}/accounts/new/",
      "difference": f"/complaints/{R}/differences/new/", "finding": f"/differences/{d2.pk}/finding/", "verdicts": f"/complaints/{R}/verdicts/",
      "verdict": f"/issues/{issue.pk}/verdict/", "cause-form": f"/complaints/{v.reference}/cause/", "cause-known": f"/complaints/{k.reference}/cause/",
      "improvements": f"/complaints/{k.reference}/improvements/", "improvement-new": f"/complaints/{k.reference}/improvements/new/",
      "offers": f"/complaints/{o.reference}/offers/", "offer": f"/offers/{offer.pk}/", "acceptance": f"/offers/{offer.pk}/acceptance/",
      "offer-accepted": f"/offers/{a.pk}/", "fulfilment": f"/offers/items/{a.items.get(kind='refund').pk}/fulfilment/", "offer-new": f"/complaints/{fresh.reference}/offers/new/",
      "end": f"/complaints/{R}/verification/end/",
    }
    out="/tmp/shots_v"
    os.makedirs(out, exist_ok=True)
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox","--disable-gpu","--disable-background-networking"])
        for width, scheme in ((1280,"light"),(360,"light"),(1280,"dark")):
            ctx = b.new_context(viewport={"width":width,"height":900}, color_scheme=scheme)
            ctx.add_cookies([{"name":__import__("django.conf").conf.settings.SESSION_COOKIE_NAME,"value":cookie(cast.agent),"url":live_server.url}])
            pg = ctx.new_page()
            for name, url in pages.items():
                if scheme=="dark" and name not in ("accounts","offer-new","offer"): continue
                pg.goto(live_server.url+url)
                wide = pg.evaluate("document.documentElement.scrollWidth > innerWidth")
                if wide: print("WIDE", name, width)
                pg.screenshot(path=f"{out}/{name}-{width}-{scheme}.png", full_page=True)
            if width==1280 and scheme=="light":
                pg.goto(live_server.url+pages["offer-new"])
                pg.fill("[name=deliver_by]", (clock.now()+timedelta(days=9)).strftime("%Y-%m-%dT%H:%M"))
                pg.check("[name=kind][value=as_asked]")
                pg.click("main button.primary"); pg.wait_for_load_state()
                pg.screenshot(path=f"{out}/offer-409.png", full_page=True)
                pg.goto(live_server.url+pages["end"]); pg.click("main button.primary"); pg.wait_for_load_state()
                pg.screenshot(path=f"{out}/end-409.png", full_page=True)
        b.close()
