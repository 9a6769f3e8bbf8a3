-- make-data.lua: data/moderation/judgements.csv. It is SYNTHETIC: two inspectors, 60 cases that both looked at, and
-- what each said of them are made up.
local assay = require "assay"

math.randomseed(20181119) -- the same file on every run

-- How often the first inspector says yes, how often the second agrees, and which way he leans where not.
local questions = {
  { id = "2.1.1", yes = 0.65, agree = 0.80, lean = 0.5 },
  { id = "2.1.2", yes = 0.55, agree = 0.70, lean = 0.5 },
  { id = "2.1.3", yes = 0.45, agree = 0.60, lean = 0.95 },
  { id = "2.2.3", yes = 0.35, agree = 0.65, lean = 0.4 },
}
local harm = { "Low", "Medium", "High", "Very high" }

local function chance(p) return math.random() < p end

--- The first one's answer, and the second's beside it.
local function judge(question)
  local first = chance(question.yes)
  if chance(question.agree) then return first, first end
  local second = chance(question.lean)
  return first, second
end

local function word(yes) return yes and "Yes" or "No" end

local columns, rows = { "case_id" }, {}
for _, question in ipairs(questions) do
  columns[#columns + 1], columns[#columns + 2] = question.id .. " first", question.id .. " second"
end
columns[#columns + 1], columns[#columns + 2], columns[#columns + 3] = "harm first", "harm second", "record"
for i = 1, 60 do
  local row = { ("M%03d"):format(i) }
  for _, question in ipairs(questions) do
    local first, second = judge(question)
    row[#row + 1], row[#row + 2] = word(first), word(second)
  end
  local level = math.random(1, 4)
  local other = chance(0.7) and level or math.max(1, math.min(4, level + (chance(0.5) and 1 or -1)))
  row[#row + 1], row[#row + 2], row[#row + 3] = harm[level], harm[other], "synthetic"
  rows[i] = row
end
assay.frame { columns = columns, rows = rows, id = "case_id" }:write "judgements.csv"
