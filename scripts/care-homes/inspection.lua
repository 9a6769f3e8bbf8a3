-- inspection.lua: the care of residents in eighteen homes, from the list of residents to the ratings. It is made up, to
-- show that another field needs only files: a framework, a scale, and this script. The records are synthetic.
--   assay run scripts/care-homes/inspection.lua --data data/care-homes
local assay = require "assay"
local design = require "design"

local framework = assay.framework "care-framework"
print(framework)
print()
print(framework.scale)

-- 1. Which residents, and how many
local eligible = design.eligible("residents.csv", "2026-03-02")
print "\nFrom the list of residents to those that can be looked at"
print(eligible.steps)
local plan = design.plan(eligible)
print(plan)
local sample = design.draw(plan)
print "\nPopulation and sample"
print(sample:balance { "area", "kind", "home" })
sample:write "sample"
local same, differences = assay.verify "sample"
print(same and "The sample is what its list and its seed give." or tostring(differences))

-- 2. What the records say
local survey = assay.survey { framework = framework, sample = assay.open_sample "sample",
                              answers = assay.read("answers.csv", { id = "resident" }) }
print()
print(survey)
print "\nAll questions, with 90 per cent limits"
print(survey:proportions(framework:questions()):select("question", "x", "relevant", "not_applicable", "unanswered", "share",
  "percent", "estimate", "lower", "upper", "half_width", "method", "flags"))

-- 3. What it comes to, on the whole and in each area. The panel has seen the records of pain relief, which few residents
--    have, and lifts one rating of the whole.
local annex = framework:annex(survey, {
  judged = { D = "Sound", E = "Exemplary" },
  discretion = { B = { rating = "Fair", why = "pain relief is given by visiting nurses, whose own records are complete" } },
  by = "area",
})
print "\nThe annex"
print(annex)
annex:write "annex.csv"
annex.groups:write "areas.csv"
