-- draw20.lua: a whole draw from twenty cases and what they look like, for the allocation sweep.
local assay = require "assay"

local eligible = assay.read("cases20.csv", { id = "case_id", levels = { gender = { "F", "M" } } })
  :exclude("restricted", { name = { contains = "*" } })
  :where { start = { min = assay.date("2018-11-05", { months = -7 }), max = "2018-05-05" } }
  :distinct { match = { "pnc", { "name", "dob" } }, keep = "first", order = "start" }
print(eligible.steps)

-- the other verbs, on the way
local months = eligible:derive("month", function(row) return row.start and row.start:sub(1, 7) end)
  :join(eligible:select("case_id", "risk"):rename { risk = "level" }, "case_id")
print(months:append(months):where(function(row) return row.level end):sort("-month", "case_id"):take { 1, 3 })
-- what the list looks like
print(eligible:profile { columns = "gender", by = "risk", confidence = 0.80 })
print(eligible:compare(eligible:where { gender = "F" }, { columns = "risk" }))
print(eligible:count("gender", "risk"):band("cases", { 2, 5 }):pivot { rows = "gender", columns = "risk" })
print((eligible:trend("start", { yes = { gender = "F" }, by = "risk" })))

local plan = assay.plan { frame = eligible, strata = { "gender", "risk" }, size = 9, reserve = 0.20 }
print(plan)

local sample = plan:draw { seed = "d6e1f0a94b7c4f2f9a4e83c1750b62ad" }
print(sample:balance { "gender", "risk" })
print(sample:representativity({ "gender", "risk" }, { replicates = 19 }))
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

-- what answers say that are a sample themselves
local rows = {}
for i = 1, 12 do rows[i] = { i % 2 == 0 and "N" or "S", "office " .. i % 6, i % 3 == 0 and "No" or "Yes", 4 } end
local survey = assay.survey { answers = assay.frame { columns = { "region", "office", "q", "cases" }, rows = rows },
  strata = "region", cluster = "office", cluster_population = "cases", population = { N = 4, S = 5 },
  questions = "q", values = { yes = "Yes", no = "No" }, confidence = 0.80 }
print(survey, survey:proportion "q")
