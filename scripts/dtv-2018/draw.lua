-- draw.lua: Durham Tees Valley CRC, November 2018. Who is supervised, and which cases to inspect.
-- The case lists are synthetic: data/README.md says how they were made and from which printed figures.
local assay = require "assay"

local fieldwork = "2018-11-05"
local personal = { "name", "forename", "surname", "dob", "pnc" }
local levels = { gender = { "F", "M" }, rosh = { "Low", "Medium" } }

-- 1. The caseload: every person supervised, and how many cases an officer has.
local caseload = assay.read("caseload.csv", { id = "case_id", levels = levels })
print(("The caseload: %d people"):format(#caseload))
print(caseload:profile { columns = { "gender", "disposal", "rosh", "ldu", "domestic_abuse", "safeguarding" } })
print "\nCases per responsible officer"
print(caseload:count("officer"):summary "cases")

-- 2. Case supervision: people supervised for six to seven months, each of them once.
local eligible = assay.read("case-supervision.csv", { id = "case_id", levels = levels, private = personal })
  :exclude("restricted", { name = { contains = "*" } })
  :where { start = { min = assay.date(fieldwork, { months = -7 }), max = assay.date(fieldwork, { months = -6 }) } }
  :distinct { match = { "pnc", { "forename", "surname", "dob" } }, keep = "first", order = "start" }
print "\nCase supervision: from the long list to the eligible cases"
print(eligible.steps)

local size = assay.sample_size { population = #eligible, confidence = 0.80, margin = 0.05 }
print(("\n%d eligible cases need a sample of %d for 80 per cent confidence and a margin of 5 points"):format(
  #eligible, size))

local plan = assay.plan { frame = eligible, strata = { "gender", "disposal", "rosh" },
                          confidence = 0.80, margin = 0.05, reserve = 0.20 }
print(plan)

local sample = plan:draw { seed = "d6e1f0a94b7c4f2f9a4e83c1750b62ad" } -- by assay.seed(), after the list was frozen
print "\nPopulation and sample"
print(sample:balance { "gender", "disposal", "rosh", "ldu" })
sample:write "case-supervision"

-- 3. Unpaid work: requirements begun at least three months before.
local unpaid = assay.read("unpaid-work.csv", { id = "case_id", levels = levels, private = personal })
  :exclude("restricted", { name = { contains = "*" } })
  :where { start = { max = assay.date(fieldwork, { months = -3 }) } }
  :distinct { match = { "pnc", { "forename", "surname", "dob" } }, keep = "first", order = "start" }
print "\nUnpaid work"
print(unpaid.steps)
local unpaid_plan = assay.plan { frame = unpaid, strata = { "gender", "rosh" },
                                 confidence = 0.80, margin = 0.05, reserve = 0.20 }
print(unpaid_plan)
unpaid_plan:draw { seed = "5f0c6b2a91d74e0c8b3df2a6477e1c90" }:write "unpaid-work"

-- 4. Through the Gate: people released six weeks before, over a fieldwork of two weeks.
local released = assay.read("through-the-gate.csv", { id = "case_id", levels = levels, private = personal })
  :exclude("restricted", { name = { contains = "*" } })
  :where { start = { min = assay.date(fieldwork, { days = -42 }), max = assay.date(fieldwork, { days = -28 }) } }
  :distinct { match = { "pnc", { "forename", "surname", "dob" } }, keep = "first", order = "start" }
print "\nThrough the Gate"
print(released.steps)
local released_plan = assay.plan { frame = released, confidence = 0.80, margin = 0.05, reserve = 0.20 }
print(released_plan)
released_plan:draw { seed = "c27a7d0be5f9463f85b0a1e64d3829f7" }:write "through-the-gate"

-- 5. Whoever gets a folder can check it: the samples are drawn again from the lists in them.
print "\nThe folders prove themselves"
for _, folder in ipairs { "case-supervision", "unpaid-work", "through-the-gate" } do
  local same, differences = assay.verify(folder)
  print(("%-18s %s"):format(folder, same and "verified" or tostring(differences)))
end
