"""Where each student stands with their teacher: from lead to lapsed and back, how much at risk, and always why.

The rules are pure and look at facts alone (`stage`, `risk`, `rhythm`); `queries` finds the facts of all students of a
teacher in one statement, and `detect` writes down what has changed, once a day.
"""
