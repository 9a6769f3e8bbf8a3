-- change.lua: Durham Tees Valley CRC, November 2018 and again a year later. What is printed of both, and what a
-- change in the percentages, which were not printed the second time, would have had to be to show.
local assay = require "assay"

local before = assay.read_json "published.json"      -- the report of March 2019
local after = assay.read_json "press-release.json"   -- the press release of April 2020
local confidence, power = 0.80, 0.80

-- 1. The caseload: everybody is counted, so there is nothing to be unsure of.
local then_, now = before.caseload.supervised, after.caseload.supervised
print(("Caseload: %d, then %d: %+d people, %+.1f per cent"):format(then_, now, now - then_, 100 * (now - then_) / then_))

-- 2. The ratings. Ten standards each time; of the second year only these clues are printed.
local scale = assay.rating.scale "probation-2018"
local ratings = {}
for i, standard in ipairs(before.standards) do ratings[i] = standard.rating end
local overall = scale:overall(ratings)
print(("Overall: %s (%d of %d points), then %s"):format(overall.rating, overall.points, overall.maximum,
  after.overall.rating))
print(("%d of %d standards improved; %d are Outstanding, %s among them"):format(after.improved_since_2018,
  after.standards_rated, after.outstanding.count, table.concat(after.outstanding.named, ", ")))

-- 3. The smallest change that can be told from chance. The second sample is taken to have as many relevant
--    cases as the first; both are about how work goes on, so neither has a correction for its population.
local relevant = {}
for _, sample in ipairs(before.samples) do relevant[sample.id] = sample.cases end

--- The smallest share above that of `first` whose change has limits without 0, as counts.
local function smallest_rise(first, options)
  for x = first[1] + 1, first[2] do
    local change = assay.change(first, { x, first[2] }, options)
    if change.lower > 0 then return x, change end
  end
end

--- The smallest true share, in whole per cents, that n cases would tell from p1 with the power wanted.
local function detectable(p1, n)
  for percent = math.floor(100 * p1) + 1, 100 do
    local p2 = percent / 100
    if p2 > p1 and assay.change_size { from = p1, to = p2, confidence = confidence, power = power } <= n then
      return percent
    end
  end
end

local rows = {}
for _, question in ipairs(before.key_questions) do
  local n = question.relevant or relevant[question.sample]
  local fits, counts = assay.published.consistent(question.percent, n)
  if fits then
    local first = { counts[1], n }
    local apart = smallest_rise(first, { confidence = confidence, common = 0 })
    local unknown = smallest_rise(first, { confidence = confidence })
    rows[#rows + 1] = { question.id, question.percent, counts[1], n, question.relevant and "printed" or "sample",
                        apart and 100 * apart / n, unknown and 100 * unknown / n, detectable(counts[1] / n, n) }
  else
    print(("%s: %d per cent is no share of %d, so it is left out below"):format(question.id, question.percent, n))
  end
end
local smallest = assay.frame {
  columns = { "question", "printed", "yes", "relevant", "base", "different_cases", "any_overlap", "true_share" }, rows = rows,
  types = { question = "text", different_cases = "number", any_overlap = "number" },
}
print(("\nThe smallest percentage in the second year that would show a rise, at %.0f per cent confidence:"):format(
  100 * confidence))
print "base: the number of relevant cases is printed, or taken to be that of the sample, which is the most it can be"
print "different_cases: where no case was in both samples; any_overlap: whatever cases were in both"
print(("true_share: where the share in truth has to be for a chance of %.0f per cent to see it (different cases)"):format(
  100 * power))
print(smallest)
smallest:write "smallest-change.csv"
