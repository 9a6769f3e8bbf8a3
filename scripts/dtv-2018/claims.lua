-- claims.lua: the report on Durham Tees Valley CRC, March 2019. Every figure in it, and whether it can be true.
-- data/README.md says how the figures were taken down, and that case lists and answers are synthetic.
local assay = require "assay"

local claims = assay.read("claims.csv", { id = "id", types = { says = "text", value = "text" } })
local quotes = assay.read("quotes.csv", { id = "id", types = { beside = "text" } })
local published = assay.read_json "published.json"
local claim_of, sections = {}, {}
for claim in claims:rows() do
  claim_of[claim.id] = claim
  if claim.source ~= sections[#sections] then sections[#sections + 1] = claim.source end
end

--- What speaks for or against a figure; else the counts or the bases that it can have.
local function finding(row)
  if row.why then return row.why end
  if row.possible then return (row.verdict == "base not stated" and "bases: " or "counts: ") .. row.possible end
  return ("no more than %d"):format(row.of)
end

-- 1. Each figure against the base, the most cases or the other figure that the report itself has for it.
local checked = assay.published.check(claims)
print(("%d figures"):format(#claims))
print(checked:count "verdict")
print(("%d of those that hold are numbers that nothing can be held against."):format(checked.verdicts.unchecked))
local listed = checked:join(claims:select { "id", "of", "source" }, "id"):join(quotes, "id"):derive("finding", finding)
for _, section in ipairs(sections) do
  print("\n" .. section)
  print(listed:where { source = section }:select { "id", "quote", "says", "verdict", "finding" })
end

--- Why figures cannot be, and whether counting shows it or only how words are usually read.
local function refuted(frame)
  return frame:where { verdict = "cannot hold" }:derive("by", function(row)
    local _, _, phrase = assay.published.phrase(row.says)
    return phrase.convention and "how words are read" or "counting"
  end):select { "id", "says", "by", "why" }
end

print "\nFigures that cannot be"
print(refuted(checked))
local as_meant = assay.published.check(claims, { reading = "narrow" })
print(("Read as such words are usually meant, and not only as they say: %d."):format(as_meant.verdicts.cannot_hold))
print "\nBases of at most 24 that fit all four key questions of unpaid work"
print(assay.published.denominators({ 61, 83, 74, 70 }, { max = 24 }))

-- 2. Where no base is stated, a reader takes that of the figures beside it. It is not always possible.
local of_those_beside = {}
for quote in quotes:rows() do
  for base in (quote.beside or ""):gmatch "%d+" do
    of_those_beside[#of_those_beside + 1] = { id = quote.id .. " of " .. base, says = claim_of[quote.id].says,
                                              of = tonumber(base) }
  end
end
print(("\n%d bases of the figures beside one without a base: of these it cannot be"):format(#of_those_beside))
print(refuted(assay.published.check(of_those_beside)))

-- 3. Those that data/ can give again: from the printed figures, the caseload and the answers of each case.
local found = {
  hubs = published.caseload.hubs, ldus = published.caseload.local_delivery_units, standards = #published.standards,
}
for _, item in ipairs(published.other) do
  found.qualifications, found.registered = found.qualifications or item.target, found.registered or item.registered
  found.awards = found.awards or item.count
end
for _, sample in ipairs(published.samples) do found[sample.id] = sample.cases end

local caseload = assay.read("caseload.csv", { id = "case_id" })
local function share(column, level) return ("%d of %d"):format(#caseload:where { [column] = level }, #caseload) end
found.women, found.domestic_abuse = share("gender", "F"), share("domestic_abuse", "Yes")
found.safeguarding = share("safeguarding", "Yes")
found.cases_per_officer = #caseload / #caseload:count "officer"

for _, name in ipairs { "case-supervision", "unpaid-work", "through-the-gate" } do
  local answers = assay.read("answers-" .. name .. ".csv", { id = "case_id" })
  found["cases " .. name] = #answers
  for _, question in ipairs(published.key_questions) do
    local id = question.id
    if question.sample:gsub("_", "-") == name then
      local yes, no = #answers:where { [id] = "Yes" }, #answers:where { [id] = "No" }
      found[id], found["not " .. id] = ("%d of %d"):format(yes, yes + no), ("%d of %d"):format(no, yes + no)
      found["relevant " .. id] = yes + no
    end
  end
end

local again = {}
for quote in quotes:rows() do
  if quote.figure then
    again[#again + 1] = { id = quote.id, says = claim_of[quote.id].says, value = assert(found[quote.figure], quote.figure) }
  end
end
local reproduced = assay.published.check(again)
print(("\nFigures that the data have again: %d of %d hold"):format(reproduced.verdicts.holds, #reproduced))
print(reproduced:select { "id", "says", "verdict", "why" })

-- 4. A confidence of 80 per cent with a margin of 5: of how many eligible cases is that true?
local sizes = {}
for _, sample in ipairs(published.samples) do
  if sample.margin then
    local confidence, margin = sample.confidence, sample.margin
    local least, most = assay.population_range { n = sample.cases, confidence = confidence, margin = margin }
    sizes[#sizes + 1] = { sample.id, sample.cases, confidence, margin, least, most,
                          assay.margin { n = sample.cases, confidence = confidence } }
  end
end
print "\nSamples: the eligible cases for which confidence and margin are true, and the margin of a list without end"
print(assay.frame { columns = { "sample", "cases", "confidence", "margin", "eligible_from", "eligible_to", "margin_without_end" },
                    rows = sizes })

-- 5. The ratings, from the percentages printed with them.
local scale = assay.framework "probation-2018".scale
local ratings, all = {}, {}
for i, standard in ipairs(published.standards) do
  local percents = {}
  for _, question in ipairs(published.key_questions) do
    if question.id:find(standard.id, 1, true) == 1 then percents[#percents + 1] = question.percent end
  end
  local by_percentages = percents[1] and scale:standard(percents)
  ratings[i] = { standard.id, standard.name, standard.rating, by_percentages and by_percentages.rating,
    not by_percentages and "judged from evidence" or by_percentages.rating == standard.rating and "holds" or
    standard.discretion and "by discretion" or "cannot hold" }
  all[i] = standard.rating
end
print "\nRatings"
print(assay.frame { columns = { "standard", "name", "printed", "by_percentages", "verdict" }, rows = ratings,
                    types = { standard = "text" } })
local overall = scale:overall(all)
print(("Overall: %s is printed, and %s of %s points are %s"):format(published.overall.rating, overall.points, overall.maximum,
  overall.rating))

-- 6. The quantities that are no figures: nothing can refute them.
local words = assay.read("words.csv", { id = "id" })
print(("\n%d quantities that are no figures"):format(#words))
print(words:count("says"):select { "says", "cases" }:sort { "-cases" })

checked:write "checked.csv"
local differing = #reproduced - reproduced.verdicts.holds
if differing > 0 then error(("%d figures are not reproduced"):format(differing)) end
