"""What our letters say: `to_customer` and `to_staff` gather what a letter names, `rendering` puts it into words.

The words themselves are files, `templates/emails/<app>/<letter>.<language>.txt`, so that a native reader can read
each letter whole.
"""
