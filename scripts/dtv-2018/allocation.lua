-- allocation.lua: Durham Tees Valley CRC, 2018. Which cases are held by the wrong grade of officer?
-- Annex 3 of the report describes the allocation matrix; the caseload is synthetic (data/README.md).
local assay = require "assay"

-- The matrix. All cases can go to a probation officer (PO) or a probation services officer (PSO), except these.
local needs_po = {
  { rule = "current domestic abuse", when = { current_domestic_abuse = "Yes" } },
  { rule = "sexual offence, not registered or earlier", when = { sexual_offence = { "Not registered", "Earlier" } } },
  { rule = "child protection register", when = { child_protection = "Yes" } },
  { rule = "Building Better Relationships or Resolve", when = { programme = { "Building Better Relationships", "Resolve" } } },
}
-- The risk of serious harm decides which grades there are: above medium a case belongs to the National Probation Service.
local grades = { Low = { "PO", "PSO" }, Medium = { "PO", "PSO" }, High = {}, ["Very high"] = {} }
-- The tier of likely reoffending decides the contact. An officer may change it; the frequencies are assumptions.
local contact = { Low = "Monthly", Medium = "Fortnightly", High = "Weekly" }

local caseload = assay.read("caseload.csv", { id = "case_id", levels = {
  rosh = { "Low", "Medium", "High", "Very high" }, tier = { "Low", "Medium", "High" },
  contact = { "Monthly", "Fortnightly", "Weekly" }, grade = { "PO", "PSO" },
} })

-- 1. The rules, one by one: how many cases each holds for, and how many of these a PSO has.
local counts, broken = {}, {}
local function try(rule, when, allowed)
  local cases = caseload:where(when)
  local wrong = #allowed == 0 and cases or cases:where { grade = { except = allowed } }
  counts[#counts + 1] = { rule, #cases, #wrong, #cases > 0 and #wrong / #cases or nil }
  for _, id in ipairs(wrong:column("case_id"):list()) do
    broken[id] = broken[id] and broken[id] .. "; " .. rule or rule
  end
end
for _, entry in ipairs(needs_po) do try(entry.rule, entry.when, { "PO" }) end
for _, risk in ipairs { "Low", "Medium", "High", "Very high" } do
  try(("%s risk of serious harm"):format(risk:lower()), { rosh = risk }, grades[risk])
end
print(("Rules of the allocation matrix, on %d cases"):format(#caseload))
print(assay.frame { columns = { "rule", "cases", "wrong_grade", "share" }, rows = counts, types = { share = "number" } })

-- 2. The cases that break a rule. Their ids go to the file, never to the terminal.
local wrong = caseload:where(function(row) return broken[row.case_id] ~= nil end)
local list = {}
for case in wrong:rows() do
  list[#list + 1] = { case.case_id, case.ldu, case.officer, case.grade, case.rosh, broken[case.case_id] }
end
assay.frame { columns = { "case_id", "ldu", "officer", "grade", "rosh", "rules" }, rows = list, id = "case_id",
              types = { rules = "text" } }:write "wrong-grade.csv"
local by_officer = wrong:count "officer"
print(("\n%d of %d cases are held by the wrong grade, by %d of %d PSOs"):format(#wrong, #caseload, #by_officer,
  #caseload:where({ grade = "PSO" }):count "officer"))
print "\nWhere they are"
print(wrong:count "ldu")
if #wrong > 0 then
  print "\nHow many such cases a PSO has, of those who have any"
  print(by_officer:summary "cases")
end

-- 3. The contact that people have, beside what the tier asks for.
print "\nCases by tier of likely reoffending and contact"
print(caseload:count("tier", "contact"):pivot { rows = "tier", columns = "contact", values = "cases" })
for _, tier in ipairs { "Low", "Medium", "High" } do
  local cases = caseload:where { tier = tier }
  local less, more = cases:where { contact = { below = contact[tier] } }, cases:where { contact = { above = contact[tier] } }
  print(("%-6s asks for %s contact: %d of %d have less, %d more"):format(tier, contact[tier]:lower(), #less, #cases, #more))
end
