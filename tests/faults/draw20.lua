-- draw20.lua: a whole draw from twenty cases, for the allocation sweep.
local assay = require "assay"

local eligible = assay.read("cases20.csv", { id = "case_id", levels = { gender = { "F", "M" } } })
  :exclude("restricted", { name = { contains = "*" } })
  :where { start = { min = assay.date("2018-11-05", { months = -7 }), max = "2018-05-05" } }
  :distinct { match = { "pnc", { "name", "dob" } }, keep = "first", order = "start" }
print(eligible.steps)

local plan = assay.plan { frame = eligible, strata = { "gender", "risk" }, size = 9, reserve = 0.20 }
print(plan)

local sample = plan:draw { seed = "d6e1f0a94b7c4f2f9a4e83c1750b62ad" }
print(sample:balance { "gender", "risk" })
sample:write "sample"
assert(assay.verify "sample")
sample.cases:write "cases.csv"

-- what a plain draw does not have
for i, options in ipairs {
  { rounding = "random", allocation = "equal" },
  { rounding = "round_robin", within = "risk", cap = { risk = 4 }, reserve = 0.20 },
  { cap = { risk = 5 }, allocation = "neyman_exact", sd = { F = 0.3, M = 0.5 } },
} do
  options.frame, options.strata, options.size = eligible, "gender", 9
  assay.plan(options):draw { seed = "s1" }:write("manner" .. i)
  assert(assay.verify("manner" .. i))
end
