"""Who works at Sinar Elektronik, in the demo. One password for all of them."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password

from complaints.models import Department, Language, Membership, Preferences, User

PASSWORD = "tuntas-demo-2026"
DOMAIN = "sinarelektronik.example"
CARE, MALAYSIA = "Customer care", "Sinar Malaysia"
SALES, FINANCE, SERVICE = "Sales", "Finance", "Service centre"
PARTNER, PARTNER_EMAIL = "Garansi Servis Mitra", "klaim@servismitra.example"
"""Repairs under warranty for us: a party outside, which has no account and answers by the link in a letter."""

Role = Membership.Role
EN, ID, MS = Language.ENGLISH, Language.INDONESIAN, Language.MALAY

# first name -> full name, department, role, head of it, language of their pages
PEOPLE: dict[str, tuple[str, str, Membership.Role, bool, Language]] = {
    "andi": ("Andi Pratama", CARE, Role.AGENT, False, EN),
    "siti": ("Siti Rahmawati", CARE, Role.AGENT, False, EN),
    "maya": ("Maya Anggraini", CARE, Role.AGENT, False, EN),
    "dewi": ("Dewi Lestari", CARE, Role.SUPERVISOR, False, EN),
    "bambang": ("Bambang Nugroho", CARE, Role.SUPERVISOR, False, EN),
    "hendra": ("Hendra Wijaya", CARE, Role.MANAGER, False, EN),
    "tono": ("Tono Susilo", CARE, Role.ADMINISTRATOR, False, EN),
    "rina": ("Rina Hartati", SALES, Role.OFFICER, False, ID),
    "agus": ("Agus Setiawan", SALES, Role.OFFICER, True, ID),
    "budi": ("Budi Santoso", FINANCE, Role.OFFICER, True, EN),
    "joko": ("Joko Prabowo", SERVICE, Role.OFFICER, False, ID),
    "yanti": ("Yanti Marlina", SERVICE, Role.OFFICER, True, ID),
    "faizal": ("Faizal Hakim", MALAYSIA, Role.AGENT, False, MS),
    "norma": ("Norma Yusof", MALAYSIA, Role.SUPERVISOR, False, MS),
}
TOLD = {
    "andi": "agent",
    "siti": "agent",
    "dewi": "supervisor",
    "rina": "officer, Sales",
    "joko": "officer, Service centre",
    "hendra": "manager",
    "faizal": "agent, Kuala Lumpur",
    "tono": "administrator",
}
"""The accounts a newcomer is told of, and what to call them."""


@dataclass(frozen=True)
class Cast:
    care: Department
    malaysia: Department
    sales: Department
    finance: Department
    service: Department
    partner: Department
    andi: User
    siti: User
    maya: User
    dewi: User
    bambang: User
    hendra: User
    tono: User
    rina: User
    agus: User
    budi: User
    joko: User
    yanti: User
    faizal: User
    norma: User
    customer: User  # whoever holds the link in a letter to a customer
    outside: User  # and in one to the partner


def hire() -> Cast:
    """Make the departments and everybody in them, where they are not there yet. Nobody's password is changed."""
    departments = {
        name: Department.objects.get_or_create(name=name, defaults={"takes_complaints": name in (CARE, MALAYSIA)})[0]
        for name in (CARE, MALAYSIA, SALES, FINANCE, SERVICE)
    }
    partner, _made = Department.objects.get_or_create(
        name=PARTNER, defaults={"is_outside": True, "email": PARTNER_EMAIL}
    )
    secret = make_password(PASSWORD)  # slow on purpose: once for all, since they share it
    return Cast(
        care=departments[CARE],
        malaysia=departments[MALAYSIA],
        sales=departments[SALES],
        finance=departments[FINANCE],
        service=departments[SERVICE],
        partner=partner,
        customer=User.objects.customer(),
        outside=User.objects.outside(),
        **{key: _user(key, departments, secret) for key in PEOPLE},
    )


def write_accounts() -> Path:
    """`demo_accounts.txt` in the home, which `run.py` prints: role, e-mail, password."""
    width = max(len(role) for role in TOLD.values())
    lines = [f"{role:<{width}}  {email(key):<30}  {PASSWORD}" for key, role in TOLD.items()]
    path = Path(settings.HOME) / "demo_accounts.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def email(key: str) -> str:
    return f"{key}@{DOMAIN}"


def _user(key: str, departments: dict[str, Department], secret: str) -> User:
    full_name, department, role, is_head, language = PEOPLE[key]
    is_administrator = role == Role.ADMINISTRATOR
    user, _made = User.objects.get_or_create(
        email=email(key),
        defaults={
            "full_name": full_name,
            "password": secret,
            "is_staff": is_administrator,
            "is_superuser": is_administrator,
        },
    )
    Membership.objects.get_or_create(
        user=user, department=departments[department], defaults={"role": role, "is_head": is_head}
    )
    Preferences.objects.get_or_create(user=user, defaults={"language": language})
    return user
