-- staff.lua: Durham Tees Valley CRC, November 2018. What 52 responsible officers said, and how far that carries.
-- The caseload is synthetic: data/README.md says how it was made and from which printed figures.
local assay = require "assay"

local confidence = 0.80 -- that of the inspectorate's samples; it printed none for the interviews
local published = assay.read_json "published.json"
local asked
for _, sample in ipairs(published.samples) do
  if sample.id == "responsible_officer_interviews" then asked = sample.cases end
end

-- 1. How many officers there are. The report has only their caseload, 51 on average: so many officers fit that.
local supervised, average = published.caseload.supervised, published.caseload.cases_per_responsible_officer
local fitting = {}
for officers = asked, supervised do
  if math.floor(supervised / officers + 0.5) == average then fitting[#fitting + 1] = officers end
end
local officers = #assay.read("caseload.csv", { id = "case_id" }):count "officer"
print(("%d people at an average of %d each: %s officers; here %d, of whom %d were asked"):format(supervised, average,
  table.concat(fitting, " or "), officers, asked))

-- 2. Each percentage as a count of those asked, with limits: for any officers of whom these are a random sample,
--    and for the officers of this company, most of whom were asked.
local rows, of_another_base = {}, {}
for i, answer in ipairs(published.staff_interviews) do
  local fits, counts = assay.published.consistent(answer.percent, asked)
  if not fits then of_another_base[#of_another_base + 1] = answer.percent end
  local stated = answer.of and "stated" or "not stated"
  if fits then
    local any = assay.interval(counts[1], asked, { confidence = confidence })
    local these = assay.interval(counts[1], asked, { confidence = confidence, population = officers })
    rows[i] = { answer.what, answer.percent, stated, counts[1], any.lower, any.upper, these.lower, these.upper }
  else
    rows[i] = { answer.what, answer.percent, stated, [9] = ("no count of %d is %d per cent"):format(asked, answer.percent) }
  end
end
local said = assay.frame { columns = { "statement", "percent", "base", "yes", "lower", "upper", "lower_here", "upper_here",
                                       "note" }, rows = rows, types = { note = "text" } }
print(("\nWhat they said: %.0f per cent limits, of officers anywhere and of the %d here"):format(100 * confidence, officers))
print(said)

-- 3. Of how many can the others be? Each question may have been answered by some of those asked.
local unstated = {}
for _, answer in ipairs(published.staff_interviews) do
  if not answer.of then unstated[#unstated + 1] = answer.percent end
end
print(("\nBases of at most %d that fit all percentages whose base is not stated"):format(asked))
print(assay.published.denominators(unstated, { max = asked }))
print(("\nBases of at most %d that fit %s per cent"):format(asked, table.concat(of_another_base, ", ")))
print(assay.published.denominators(of_another_base, { max = asked, min = asked // 2 }))

said:write "said.csv"
