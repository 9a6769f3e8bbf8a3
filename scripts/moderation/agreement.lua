-- agreement.lua: two inspectors looked at the same cases, each without knowing what the other said. How far do they
-- agree, and does one of them say yes more often? The judgements are synthetic: data/README.md.
local assay = require "assay"

local confidence = 0.80
local cases = assay.read("judgements.csv", { id = "case_id" })
local questions = { "2.1.1", "2.1.2", "2.1.3", "2.2.3" }
local harm = { "Low", "Medium", "High", "Very high" }

--- counts[i][j]: cases for which the first said levels[i] and the second levels[j].
local function cross(name, levels)
  local place, counts = {}, {}
  for i, level in ipairs(levels) do
    place[level], counts[i] = i, {}
    for j = 1, #levels do counts[i][j] = 0 end
  end
  local first, second = cases:column(name .. " first"), cases:column(name .. " second")
  for row = 1, #cases do
    local i, j = place[first[row]], place[second[row]]
    counts[i][j] = counts[i][j] + 1
  end
  return counts
end

-- 1. Yes or no: agreement beyond chance, and whether one leans. The p-values of all questions count together.
local rows, p_values = {}, {}
for i, question in ipairs(questions) do
  local t = cross(question, { "Yes", "No" })
  local both, only_first, only_second, neither = t[1][1], t[1][2], t[2][1], t[2][2]
  local kappa = assay.test.kappa(t, { confidence = confidence })
  local change = assay.change({ both + only_first, #cases }, { both + only_second, #cases }, { confidence = confidence,
    method = "tango", common = { both = both, first = only_first, second = only_second, neither = neither } })
  p_values[i] = assay.test.mcnemar(t, { method = "mid_p" }).p_value
  rows[i] = { question, both, only_first, only_second, neither, kappa.agreement, kappa.kappa, kappa.lower, kappa.upper,
              kappa.pabak, change.estimate, change.lower, change.upper, p_values[i] }
end
for i, p in ipairs(assay.test.adjust(p_values, { method = "holm" })) do rows[i][15] = p end
local agreement = assay.frame { rows = rows, types = { question = "text" }, columns = { "question", "both_yes", "only_first",
  "only_second", "both_no", "agreement", "kappa", "kappa_lower", "kappa_upper", "pabak", "difference", "lower", "upper",
  "p_value", "p_holm" } }
print(("%d cases, two inspectors, %.0f per cent limits"):format(#cases, 100 * confidence))
print "difference: how much more often the second says yes (Tango's score limits); p_value: McNemar's test, mid-p"
print(agreement)
for _, row in ipairs(rows) do
  if row[15] < 1 - confidence then
    print(("%s: one inspector says yes more often than the other; the guidance needs another look"):format(row[1]))
  end
end

-- 2. Risk of serious harm has an order: two steps apart count for more than one.
local levels = cross("harm", harm)
for _, weights in ipairs { "none", "linear", "quadratic" } do
  print(("\nRisk of serious harm, weights %s"):format(weights))
  print(assay.test.kappa(levels, { confidence = confidence, weights = weights }))
end

agreement:write "agreement.csv"
