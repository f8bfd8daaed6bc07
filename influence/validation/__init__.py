"""Out-of-sample validation: what was known at a date, compared with what happened later.

`known` takes tables back to a date, `predictors` and `outcomes` are arrays in the order of a
network, `association` measures how the ones go with the others, and `bootstrap` says how sure that
is. `influence.reports.validation` puts them together and says what was found.
"""
