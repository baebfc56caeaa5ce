raise RangeError, 'it does not load'
