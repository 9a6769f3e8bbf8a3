-- claims.lua: what the press printed of the inspections of Durham Tees Valley, 2016 to 2020, and of some others.
-- data/README.md says which words are printed and which are ours.
local assay = require "assay"

local claims = assay.read("claims.csv", { id = "id", types = { says = "text", value = "text" } })
local quotes = assay.read("quotes.csv", { id = "id" })
local sums = assay.read "sums.csv"

-- 1. Each figure against itself, and against what its own piece or the report has for the same thing.
local checked = assay.published.check(claims)
print(("%d figures"):format(#claims))
print(checked:count "verdict")
print(("%d of those that hold are numbers that nothing can be held against."):format(checked.verdicts.unchecked))
local listed = checked:join(claims:select { "id", "source" }, "id"):join(quotes, "id")
local source
for claim in claims:rows() do
  if claim.source ~= source then
    source = claim.source
    print("\n" .. source)
    print(listed:where { source = source }:select { "id", "words", "quote", "says", "verdict", "why" })
  end
end

print "\nFigures that cannot be"
print(checked:where { verdict = "cannot hold" }:select { "id", "says", "why" })
print "\nThe per cents that 33 services can be from 69 to 77, and the counts"
for percent = 69, 77 do
  local possible, counts = assay.published.consistent(percent, 33)
  if possible then print(("%d per cent: %s"):format(percent, table.concat(counts, ", "))) end
end

-- 2. Figures that are parts of others. What is left over, or below 0 is too much, is no error by itself: the reports of
--    the series are of CRCs and of the NPS, and an inspection may end without a rating.
local rows = {}
for sum in sums:rows() do
  local row = rows[#rows]
  if sum.role == "whole" then
    rows[#rows + 1] = { sum.sum, sum.count, "", 0, sum.count }
  else
    row[3] = row[3] .. (row[3] == "" and "" or " + ") .. sum.count
    row[4], row[5] = row[4] + sum.count, row[5] - sum.count
  end
end
print "\nWholes and their parts"
print(assay.frame { columns = { "whole", "figure", "parts", "sum", "left" }, rows = rows, types = { parts = "text" } })

-- 3. Inadequate in all categories is a number of points as well: was the 0 of October 2022 a first one?
local framework = assay.framework "probation-pdu-2021"
local inadequate = {}
for i = 1, #framework.standards do inadequate[i] = "Inadequate" end
local west_kent = framework.scale:overall(inadequate)
print(("\nInadequate in all %d categories (kent-01, May 2022) is %d of %d points. The 0 of 27 of October 2022 (london-01)\n" ..
  "would then not be the first, but it was said to be new: the two do not agree."):format(#inadequate, west_kent.points,
  west_kent.maximum))

checked:write "checked.csv"
