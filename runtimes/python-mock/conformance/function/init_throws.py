class RangeError(Exception):
    pass


raise RangeError("it does not load")
