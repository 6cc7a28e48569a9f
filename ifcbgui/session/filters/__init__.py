r"""The filter language of the log: which messages to show, print or export.

================================  ================================================================
``word``                          the text contains it, whatever the case
``"two words"``                   the text contains the phrase; ``""`` inside it stands for one "
``-term``, ``not term``           the term is not satisfied
``a b``, ``a and b``              both
``a or b``, ``( )``               one of them; ``and`` binds closer than ``or``
``/valve \d+/``, ``/valve/i``     a regular expression, with ``i`` whatever the case
``kind:trigger,image``            the kind of message, or one of several
``dir:out``                       the direction, ``in`` or ``out``
``humidity>55``                   a field compares so: ``>`` ``>=`` ``<`` ``<=`` ``=`` ``!=``
``pausestate:on``                 a field that is on or off, or equals a number
``report:syringe``                a field that contains a text; ``=`` where it is equal
``time>=-10m``                    in the last 10 minutes; s, m, h or d
``time>=12:30``                   since then, today, UTC
``time<2026-11-22T10:00``         before then, UTC; the time of day may be left out
``id``, ``seqno``                 the numbers of the message, compared as a field
``sender``, ``source``            as the host gave them, compared as a field
================================  ================================================================

What we sent is of kind ``command`` and has no fields. No message is of kind ``link``: so the log
calls what befell the connection, which it shows whatever the filter says but ``-kind:link``.

A message without the field satisfies no comparison with it. ``name:value`` is a test only if there
is a field of this name and it can have this value; anything else is plain text, so that pieces of
messages can be searched for as they are: ``valuechanged:pausestate``, ``C:\data``. A ``"`` makes
plain text of anything.

``-10m`` counts back from the moment a message comes, or from the newest message of what is looked
through; today is the day of that moment.
"""

from ifcbgui.session.filters.entry_filter import EntryFilter
from ifcbgui.session.filters.errors import FilterError
from ifcbgui.session.filters.fields import LINK_KIND, filter_kinds, forms_with
from ifcbgui.session.filters.rows import COMMAND_KIND, FilterRow
from ifcbgui.session.filters.terms import Term
from ifcbgui.session.filters.writing import narrow, to_text

__all__ = [
    "COMMAND_KIND",
    "LINK_KIND",
    "EntryFilter",
    "FilterError",
    "FilterRow",
    "Term",
    "filter_kinds",
    "forms_with",
    "narrow",
    "to_text",
]
