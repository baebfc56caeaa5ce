"""Stands in for simplejson's native module by that of Python's own json, which does the same for plain values, fifty
times as fast as simplejson's Python. Whatever is not plain, and every error, is left to simplejson."""

from json import decoder, encoder, scanner

if None in (scanner.c_make_scanner, decoder.c_scanstring, encoder.c_make_encoder, encoder.c_encode_basestring):
    # simplejson goes without, as it does where it was installed without its own.
    raise ImportError("this Python's json has no native module")

_SCALARS = frozenset((str, int, float, bool, type(None)))


def encode_basestring_ascii(text):
    if type(text) is str:
        return encoder.c_encode_basestring_ascii(text)
    from .encoder import py_encode_basestring_ascii

    return py_encode_basestring_ascii(text)


def scanstring(text, end, encoding=None, strict=True):
    try:
        return decoder.c_scanstring(text, end, strict)
    except (TypeError, ValueError):
        from .decoder import py_scanstring

        return py_scanstring(text, end, encoding, strict)


def make_scanner(context):
    from .scanner import py_make_scanner

    # A hook must not be called twice, as it would be when the second attempt tells the error.
    if context.object_hook is not None or context.object_pairs_hook is not None:
        return py_make_scanner(context)
    scan_natively = scanner.c_make_scanner(context)

    def scan_once(string, idx):
        try:
            return scan_natively(string, idx)
        except (TypeError, ValueError, StopIteration):
            return py_make_scanner(context)(string, idx)

    return scan_once


def make_encoder(
    markers,
    default,
    encode_text,
    indent,
    key_separator,
    item_separator,
    sort_keys,
    skip_keys,
    allow_nan,
    key_memo,
    use_decimal,
    namedtuple_as_object,
    tuple_as_array,
    int_as_string_bitcount,
    item_sort_key,
    encoding,
    for_json,
    ignore_nan,
    decimal_type,
    iterable_as_array,
):
    from .encoder import _make_iterencode, encode_basestring

    def encode_float(value):
        if value - value == 0:
            return float.__repr__(value)
        if ignore_nan:
            return "null"
        if not allow_nan:
            raise ValueError("Out of range float values are not JSON compliant: " + repr(value))
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"

    def encode_anything(value, level):
        iterencode = _make_iterencode(
            markers,
            default,
            encode_text,
            indent,
            encode_float,
            key_separator,
            item_separator,
            sort_keys,
            skip_keys,
            use_decimal,
            namedtuple_as_object,
            tuple_as_array,
            int_as_string_bitcount,
            item_sort_key,
            encoding,
            for_json,
            iterable_as_array,
            Decimal=decimal_type,
        )
        return iterencode(value, level)

    if encode_text is encode_basestring_ascii:
        encode_plain_text = encoder.c_encode_basestring_ascii
    elif encode_text is encode_basestring:
        encode_plain_text = encoder.c_encode_basestring
    else:
        return encode_anything
    if sort_keys or item_sort_key or ignore_nan or not allow_nan or not tuple_as_array or int_as_string_bitcount:
        return encode_anything

    def encode(value, level):
        if not _is_plain(value):
            return encode_anything(value, level)
        encode_plain = encoder.c_make_encoder(
            markers, default, encode_plain_text, None, key_separator, item_separator, False, skip_keys, True
        )
        return encode_plain(value, level)

    return encode


def _is_plain(value):
    """Whether it is of JSON's own types and no subclass of them, with text for keys, and no container twice."""
    waiting = [value]
    seen = set()
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind in _SCALARS:
            continue
        # A circle would never end; what is only there twice takes the other way for nothing.
        if id(value) in seen:
            return False
        seen.add(id(value))
        if kind is dict:
            for key in value:
                if type(key) is not str:
                    return False
            waiting.extend(value.values())
        elif kind is list or kind is tuple:
            waiting.extend(value)
        else:
            return False
    return True
