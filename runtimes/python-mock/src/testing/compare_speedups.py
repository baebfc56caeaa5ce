"""Compares simplejson with the stand-in for its native module to simplejson without one, on values and texts of all
kinds. The argument is the folder that has simplejson."""

import ast
import collections
import decimal
import enum
import math
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])

import simplejson
from simplejson import decoder, encoder, scanner

Point = collections.namedtuple("Point", "x y")


class Colour(enum.IntEnum):
    RED = 1


class Text(str):
    pass


class Number(int):
    pass


class Encoder(simplejson.JSONEncoder):
    """As the runtime interface client's."""

    def __init__(self, **options):
        super().__init__(use_decimal=False, allow_nan=True, **options)

    def default(self, value):
        if isinstance(value, decimal.Decimal):
            return math.nan if value.is_nan() else simplejson.raw_json.RawJSON(str(value))
        return super().default(value)


PLAIN = [
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    1e300,
    -0.0,
    math.nan,
    math.inf,
    -math.inf,
    "",
    'a"\\\n\0\x7f\u2028ü🎈',
    "\ud800",
]
OTHER = [
    b"by\xc3\xbc",
    b"\xff",
    Text("ü"),
    Number(3),
    Colour.RED,
    decimal.Decimal("1.10"),
    decimal.Decimal("NaN"),
    Point(1, "x"),
    simplejson.raw_json.RawJSON("{}"),
    object,
    {1},
]
KEYS = ["k", "ü", Text("t"), 1, 1.5, None, True, b"k", (1,), decimal.Decimal(1)]
ENCODERS = [
    {},
    {},
    {"ensure_ascii": False},
    {"separators": (",", ":")},
    {"sort_keys": True},
    {"skipkeys": True},
    {"ignore_nan": True},
    {"bigint_as_string": True},
    {"for_json": True},
    {"iterable_as_array": True},
    {"namedtuple_as_object": False},
    {"indent": 1},
]
DECODERS = [
    {},
    {"allow_nan": True},
    {"strict": False},
    {"parse_float": decimal.Decimal},
    {"object_hook": repr},
    {"object_pairs_hook": tuple},
]


def value_of(depth, plain):
    chance = random.random()
    if depth == 0 or chance < 0.3:
        return random.choice(PLAIN if plain else PLAIN + OTHER)
    inner = [value_of(depth - 1, plain) for _ in range(random.randint(0, 4))]
    if chance < 0.6:
        return inner
    if chance < 0.7:
        return tuple(inner)
    return {("k%d" % index if plain else random.choice(KEYS)): one for index, one in enumerate(inner)}


def broken(text):
    place = random.randrange(len(text))
    piece = random.choice(["", '"', "\\", "{", "}", ",", "1", "\x01", "e", "NaN", "\\u12", "\ud800"])
    return text[:place] + piece + text[place + random.randint(0, 2) :]


def outcome(call, *given):
    try:
        return repr(call(*given))
    except Exception as error:
        return "%s.%s: %s" % (type(error).__module__, type(error).__name__, error)


def encode_without(value, options):
    saved = encoder.c_make_encoder, encoder.encode_basestring_ascii
    encoder.c_make_encoder, encoder.encode_basestring_ascii = None, encoder.py_encode_basestring_ascii
    try:
        return outcome(Encoder(**options).encode, value)
    finally:
        encoder.c_make_encoder, encoder.encode_basestring_ascii = saved


def decode_without(text, options):
    alone = simplejson.JSONDecoder(**options)
    alone.parse_string = decoder.py_scanstring
    alone.scan_once = scanner.py_make_scanner(alone)
    return outcome(alone.decode, text)


assert "_speedups" in encoder.c_make_encoder.__module__ and "_speedups" in scanner.c_make_scanner.__module__
compared = differing = 0


def compare(given, result, expected):
    global compared, differing
    compared += 1
    if result != expected:
        differing += 1
        print("%r: %s instead of %s" % (given, result, expected))


random.seed(1)
for _ in range(1500):
    value = value_of(4, plain=random.random() < 0.5)
    options = random.choice(ENCODERS)
    result = outcome(Encoder(**options).encode, value)
    compare((options, value), result, encode_without(value, options))
    text = ast.literal_eval(result) if result[0] in "'\"" else "[1.5, {}]"
    for text in (text, broken(text)):
        options = random.choice(DECODERS)
        compare((options, text), outcome(simplejson.JSONDecoder(**options).decode, text), decode_without(text, options))

circle = []
circle.append(circle)
compare("a circle", outcome(Encoder().encode, circle), encode_without(circle, {}))
print("compared %d, differing %d" % (compared, differing))
