"""What may stand in an address: a reference as it is written, a number a row can have. Anything else is a 404."""

from django.urls import register_converter
from django.urls.converters import IntConverter, StringConverter


class Reference(StringConverter):
    regex = "C[0-9]{2}-[0-9]{6,18}"


class PrimaryKey(IntConverter):
    regex = "[0-9]{1,18}"  # a bigint holds any of these


register_converter(Reference, "ref")
register_converter(PrimaryKey, "pk")
