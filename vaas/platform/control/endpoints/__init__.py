"""The handlers of the API, one class per noun: each asks for the right, calls one use-case, returns what it says."""
