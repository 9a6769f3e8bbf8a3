-- domains.lua ANSWERS TIMES: 40 questions in 12 domains of 10,000 cases in 24 strata, made up and written to ANSWERS;
-- milliseconds that their estimates take, of all processors together, the median of TIMES runs: name, method.

local assay = require "assay"

local path, times = arg[1], tonumber(arg[2])
local CASES, STRATA, DOMAINS, QUESTIONS = 10000, 24, 12, 40

local state = 1
local function below(n) -- Park and Miller's numbers
  state = state * 48271 % 2147483647
  return state % n
end

--- Strata of unequal sizes, of which one case in 26 is drawn; domains and answers at random.
local function made_up()
  local columns, rows, population, questions = { "id", "stratum", "domain", "population" }, {}, {}, {}
  for q = 1, QUESTIONS do
    questions[q] = "q" .. q
    columns[#columns + 1] = questions[q]
  end
  for i = 1, CASES do
    local h = 1 + math.min(below(STRATA), below(STRATA))
    population[h] = (population[h] or 0) + 26
    rows[i] = { ("%05d"):format(i), ("s%02d"):format(h), ("d%02d"):format(1 + below(DOMAINS)), h }
    for q = 1, QUESTIONS do rows[i][#rows[i] + 1] = below(100) < q * 2 and 1 or 0 end
  end
  for _, row in ipairs(rows) do row[4] = population[row[4]] end
  return assay.frame { columns = columns, rows = rows, id = "id" }, population, questions
end

local answers, population, questions = made_up()
answers:write(path)
local by_label = {}
for h, cases in pairs(population) do by_label[("s%02d"):format(h)] = cases end
local survey = assay.survey { answers = answers, strata = "stratum", population = by_label, questions = questions,
  values = { yes = "1", no = "0" }, confidence = 0.80 }

local function time(name, method)
  local took = {}
  for run = 1, times do
    local start = os.clock()
    survey:proportions(questions, { by = "domain", method = method })
    took[run] = 1000 * (os.clock() - start)
  end
  table.sort(took)
  print(("%s\t%.3f"):format(name, took[(times + 1) // 2]))
end

time "by the rule"
time("logit", "logit_t")
time("korn_graubard", "korn_graubard")
