"""The handlers of the API, one class per noun: each asks for the right, calls one use-case, and returns what it says."""
