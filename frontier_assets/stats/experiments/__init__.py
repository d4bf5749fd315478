"""The statistics of experiments: sufficient statistics in, frozen results out.

For one metric of one treatment at one look:

1. `sample.Sample` is what a variant's units say of the metric (count, mean, variance; with a
   `Companion` as denominator or covariate), from SQL or by ``Sample.of(array)``. Quantiles have
   `quantiles.QuantileSample`.
2. ``effect = difference_of_means(control, treatment)`` (means and ratios),
   ``difference_of_proportions`` or ``difference_of_quantiles``; for a covariate first
   ``control, treatment = cuped.adjusted(control, treatment)``.
3. ``plan = Plan(planned=units of both variants, alpha=0.05, spending="obrien_fleming")`` and
   ``looks = Looks([units of both variants at every look, this one last], final=False)``; where
   shares are uneven or change, units are those of ``plan.even_units(control, treatment)``.
4. ``judge(effect, plan, looks, method="group_sequential" | "always_valid" | "fixed")`` returns a
   `Judgement`: ``interval`` and ``relative`` (valid over all looks), ``z`` against ``critical``
   (for the picture of effect and bound), ``p``, and ``flaw``: the reason in words why there is no
   conclusion, as for degenerate data, with p 1 and no interval.
5. Over all metrics and treatments ``multiplicity.holm([j.p for j in judgements])``; a primary
   metric is won when ``judgement.better(alpha, direction, p=corrected)``.
6. ``guardrail(judgement.interval, margin=..., direction=...)`` is "held", "harmed" or "open",
   with "pocock" spending or "always_valid" soon after a harm, with "obrien_fleming" late;
   ``futility.conditional_power(...)`` small means futile; ``sample_ratio.sample_ratio(counts,
   weights).p`` below 0.001 means broken assignment, at any look.

Besides: `ranks` (Mann-Whitney on raw values), `segments` (heterogeneity, Simpson's paradox),
`sample_size` (per arm, inflation by method, days), `bandit` (Thompson sampling) and `stopped` (the
stage-wise estimate of a stopped group-sequential test).
"""
