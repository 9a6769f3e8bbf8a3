-- samples.lua: Durham Tees Valley CRC, November 2018. The three samples of the report, by the rules of its annex 1.
-- The case lists are synthetic: data/README.md says how they were made and from which printed figures.
local assay = require "assay"

local fieldwork = { from = "2018-11-05", to = "2018-11-19" } -- two weeks
local most_for_an_officer = 6                                -- the inspectorate's own limit
local personal = { "name", "forename", "surname", "dob", "pnc" }
local person = { "pnc", { "forename", "surname", "dob" } }

--- A long list without restricted cases.
local function read(file)
  return assay.read(file, { id = "case_id", levels = { gender = { "F", "M" }, rosh = { "Low", "Medium" } }, private = personal })
    :exclude("restricted", { name = { contains = "*" } })
end

--- The first case of each person.
local function of_each_person(cases) return cases:distinct { match = person, keep = "first", order = "start" } end

-- 1. Who is eligible.
local under_supervision = of_each_person(read "case-supervision.csv"
  :where { start = { min = assay.date(fieldwork.from, { months = -7 }), max = assay.date(fieldwork.from, { months = -6 }) } })

local hours = assay.read("unpaid-work-hours.csv", { id = "case_id" }):drop "record"
local unpaid_work = of_each_person(read "unpaid-work.csv"
  :join(hours, "case_id")
  :exclude("fewer than 40 hours", { hours = { below = 40 } })
  :where { start = { max = assay.date(fieldwork.from, { months = -3 }) } })

local released = of_each_person(read "through-the-gate.csv" -- "start" is the release
  :where { start = { min = assay.date(fieldwork.from, { days = -42 }), max = assay.date(fieldwork.to, { days = -42 }) } })

-- 2. How many from where, and which. Each seed is by assay.seed(), after its list was frozen.
local kinds = {
  { "case-supervision", "Case supervision: six to seven months under supervision", under_supervision,
    strata = { "gender", "disposal", "rosh" }, printed = 100, seed = "a0417c9be2d84f30b6715e0f9d3c28a4" },
  { "unpaid-work", "Unpaid work: begun at least three months before, of 40 hours or more", unpaid_work,
    strata = { "gender", "rosh" }, printed = 24, seed = "7be1f6530d9a4c27a8f40c6b125d93ee" },
  { "through-the-gate", "Through the Gate: released six weeks before fieldwork", released,
    printed = 24, seed = "e95d20a7c6b3418f92d7640ab1f85c33" },
}

local summary = {}
for _, kind in ipairs(kinds) do
  local folder, title, cases = table.unpack(kind)
  print("\n" .. title)
  print(cases.steps)
  local plan = assay.plan { frame = cases, strata = kind.strata, confidence = 0.80, margin = 0.05, reserve = 0.20,
                            cap = { officer = most_for_an_officer } }
  print(plan)
  local sample = plan:draw { seed = kind.seed }
  if kind.strata then print(sample:balance(kind.strata)) end
  local drawn = sample.cases:where { role = "sample" }
  local busiest = math.tointeger(drawn:count("officer"):summary("cases").max)
  sample:write(folder)
  local same, differences = assay.verify(folder, cases)
  summary[#summary + 1] = { folder, #cases, #drawn, kind.printed, #sample.cases - #drawn, busiest, #sample.passed_over,
    same and "verified" or tostring(differences) }
  if #drawn ~= kind.printed then error(("%s: %d cases were drawn, the report has %d"):format(folder, #drawn, kind.printed)) end
end

-- 3. The three of them, beside the report.
print "\nThe samples"
print(assay.frame { columns = { "sample", "eligible", "drawn", "printed", "reserves", "most_of_an_officer", "passed_over",
                                "folder" }, rows = summary })
