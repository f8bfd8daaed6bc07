"""The decay of influence from the company's own data: arrays in, arrays out.

Nothing here knows a store or a sentence: `influence.reports.calibrate` puts a study together, and
`influence.reports.calibration_text` says what it found. `observed` takes arrays from tables, a
hazard is estimated from person-periods at risk (`panel`) with exposures counted by distance
(`exposure`), and `weights` turns its coefficients into decay weights.
"""
