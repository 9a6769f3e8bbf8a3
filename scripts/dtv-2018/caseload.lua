-- caseload.lua: Durham Tees Valley CRC, 2018. Who is supervised, by whom, and what has changed since last year.
-- The caseloads are synthetic: data/README.md says how they were made and from which printed figures.
local assay = require "assay"

local printed = assay.read_json("published.json").caseload
local levels = { gender = { "F", "M" }, rosh = { "Low", "Medium" } }
local caseload = assay.read("caseload.csv", { id = "case_id", levels = levels })
local before = assay.read("caseload-2017.csv", { id = "case_id", levels = levels })
local needs = { "gender", "disposal", "rosh", "offence", "domestic_abuse", "safeguarding" }

-- 1. The people, and where they live. This is the whole caseload, not a sample of it: no share has limits.
print(("The caseload: %d people"):format(#caseload))
print(caseload:profile { columns = needs })
print "\nWomen and men by local delivery unit"
print(caseload:count("ldu", "gender"):pivot { rows = "ldu", columns = "gender", values = "cases" })

-- 2. The officers, and how many cases each has. In 2020 the inspectorate found that the quality of the work falls
--    with the caseload: bands of 40 or fewer, over 50 and over 60 are its own.
local officers = caseload:count("officer", "grade")
local load = officers:summary "cases"
local bands = officers:band("cases", { 40, 50, 60 }, { into = "band" })
print "\nCases per responsible officer"
print(load)
print "\nOfficers by grade and size of caseload"
print(bands:count("band", "grade"):pivot { rows = "band", columns = "grade", values = "cases" })

-- 3. The trend: of those who began in a quarter, how many for violence? The report has the direction, no figure.
local violence, trend = caseload:trend("quarter", { yes = { offence = "Violence" } })
print "\nViolent offences by the quarter in which supervision began"
print(violence)

-- 4. This year beside last. A standardised difference beyond 0.1 either way is worth a look.
local change = before:compare(caseload, { columns = needs, names = { "2017", "2018" } })
print "\nThis year beside last"
print(change)

-- 5. What the report prints, beside what is here.
local function percent(column, level)
  for row in caseload:profile({ columns = column }):rows() do
    if row.level == level then return 100 * row.share, row.cases end
  end
end

local function can_be(column, per_cent) -- is this count one that the printed percentage stands for?
  local ours, cases = percent(column, "Yes")
  local _, counts = assay.published.consistent(per_cent, #caseload)
  return ours, cases >= counts[1] and cases <= counts[#counts]
end

local women = percent("gender", "F")
local abuse, abuse_holds = can_be("domestic_abuse", printed.domestic_abuse_percent)
local safeguarding, safeguarding_holds = can_be("safeguarding", printed.safeguarding_percent)
local units = #caseload:count "ldu"
local figures = {
  { "people supervised", printed.supervised, #caseload, #caseload == printed.supervised },
  { "local delivery units", printed.local_delivery_units, units, units == printed.local_delivery_units },
  { "cases per responsible officer", printed.cases_per_responsible_officer, load.mean,
    math.floor(load.mean + 0.5) == printed.cases_per_responsible_officer },
  { "domestic abuse, per cent", printed.domestic_abuse_percent, abuse, abuse_holds },
  { "safeguarding, per cent", printed.safeguarding_percent, safeguarding, safeguarding_holds },
  { "women, per cent", printed.women, women, women < 20 and women > 100 / 6 }, -- below one in five, above one in six
  { "violent offending, trend", "more", trend:column("z")[1],
    trend:column("slope")[1] > 0 and trend:column("p_value")[1] < 0.05 },
}
local differing = 0
for _, figure in ipairs(figures) do
  differing = differing + (figure[4] and 0 or 1)
  figure[2] = tostring(figure[2])
  figure[3] = (math.type(figure[3]) == "float" and "%.2f" or "%d"):format(figure[3])
  figure[4] = figure[4] and "yes" or "NO"
end
local reproduced = assay.frame { columns = { "figure", "printed", "here", "agrees" }, rows = figures,
                                 types = { printed = "text", here = "text" } }
print "\nThe printed figures beside these (of the trend: its z)"
print(reproduced)

bands:write "officers.csv"
change:write "change.csv"
reproduced:write "reproduced.csv"
if differing > 0 then error(("%d printed figures are not reproduced"):format(differing)) end
