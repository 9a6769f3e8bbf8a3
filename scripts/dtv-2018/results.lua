-- results.lua: Durham Tees Valley CRC, November 2018. What the inspectors found, beside what was printed.
-- The answers are synthetic: data/README.md says how they were made and from which printed figures.
local assay = require "assay"

local framework = assay.framework "probation-2018"
local printed = assay.read_json "published.json"

-- 1. The answers, each with the sample that they were given for.
local surveys = {}
for i, name in ipairs { "case-supervision", "unpaid-work", "through-the-gate" } do
  surveys[i] = assay.survey { framework = framework, sample = assay.open_sample(name),
                              answers = assay.read("answers-" .. name .. ".csv", { id = "case_id" }) }
  print(name)
  print(surveys[i])
end

-- 2. The 19 key questions. The share of relevant cases, in whole per cents, is what the report prints; the
--    estimate and its limits are what the sample says of all eligible cases.
local columns = { "question", "yes", "relevant", "na", "unanswered", "share", "percent", "printed", "same",
                  "estimate", "lower", "upper", "half_width", "flags" }
local rows, differing = {}, 0
for i, question in ipairs(printed.key_questions) do
  for _, survey in ipairs(surveys) do
    if survey:has(question.id) then
      local found = survey:proportion(question.id)
      local same = found.percent == question.percent
      if not same then differing = differing + 1 end
      rows[i] = { question.id, found.x, found.relevant, found.not_applicable, found.unanswered, found.share,
                  found.percent, question.percent, same and "yes" or "NO", found.estimate, found.lower, found.upper,
                  found.half_width, table.concat(found.flags, "; ") }
    end
  end
end
local reproduced = assay.frame { columns = columns, rows = rows, types = { question = "text" } }
print "\nThe key questions: answers, shares beside the printed percentages, and 80 per cent limits"
print(reproduced)

-- 3. The ratings. Organisational delivery is judged from evidence, not from percentages; two standards
--    were lifted by professional discretion, which the report names in footnotes 15 and 18.
local judged = {}
for _, standard in ipairs(printed.standards) do
  if standard.id:find "^1%." then judged[standard.id] = standard.rating end
end
local annex = framework:annex(surveys, { judged = judged, discretion = {
  ["2.1"] = { rating = "Requires improvement", why = "wider evidence about this aspect of practice (footnote 18)" },
  ["4.1"] = { rating = "Good", why = "wider evidence about this area of work (footnote 15)" },
} })
print "\nThe annex"
print(annex)
for _, standard in ipairs(printed.standards) do
  if annex.ratings[standard.id] ~= standard.rating then
    print(("%s is %s here, and was printed as %s"):format(standard.id, annex.ratings[standard.id], standard.rating))
    differing = differing + 1
  end
end
if annex.overall.rating ~= printed.overall.rating then differing = differing + 1 end

-- 4. What cannot be true for the base that is stated.
print "\nPrinted percentages that are no share of the base stated"
local claims = {
  { "unpaid work", 61, 24 }, { "unpaid work", 83, 24 }, { "unpaid work", 74, 24 }, { "unpaid work", 70, 24 },
  { "reviewing: written reviews of risk of harm", 46, 58 }, { "staff: workloads actively managed", 80, 52 },
}
for _, claim in ipairs(claims) do
  local possible = assay.published.consistent(claim[2], claim[3])
  print(("%-45s %d per cent of %d: %s"):format(claim[1], claim[2], claim[3], possible and "can be" or "cannot be"))
end
print "\nBases of at most 24 that fit all four figures for unpaid work"
print(assay.published.denominators({ 61, 83, 74, 70 }, { max = 24 }))
print "The base of the 46 and of the 80 per cent is not printed: 58 and 52 belong to figures beside them."

-- 5. Case supervision by gender and by delivery unit. Each is a domain of the sample: the cases outside stay in the
--    variance, and the limits show how little a few cases say.
local supervision, asked = surveys[1], {}
for _, question in ipairs(printed.key_questions) do
  if supervision:has(question.id) then asked[#asked + 1] = question.id end
end
local by_gender = supervision:proportions(asked, { by = "gender" })
local by_unit = supervision:proportions(asked, { by = "ldu" })
print "\nCase supervision by gender"
print(by_gender:select("gender", "question", "x", "relevant", "percent", "estimate", "lower", "upper", "method"))
print "\nCase supervision by delivery unit: per cent of the relevant cases"
print(by_unit:pivot { rows = "question", columns = "ldu", values = "percent" })
local widths = by_unit:summary "half_width"
print(("Half-widths at 80 per cent confidence: from %.0f to %.0f points, in the middle %.0f."):format(
  100 * widths.min, 100 * widths.max, 100 * widths.median))

-- 6. Rules of the scale that could not be verified, and choices of the synthetic data.
print "\nAssumptions"
for _, rule in ipairs(framework.scale.assumptions) do print("- " .. rule.text) end
print "- 69 cases were relevant to 2.3.3 (a choice of the synthetic data)."
print "- 23 of the 24 unpaid work cases could be assessed (a choice of the synthetic data)."

reproduced:write "reproduced.csv"
annex:write "annex.csv"
by_gender:write "by-gender.csv"
by_unit:write "by-delivery-unit.csv"
if differing > 0 then error(("%d printed figures are not reproduced"):format(differing)) end
print "\nAll 19 percentages, 10 ratings and the overall rating are as printed."
