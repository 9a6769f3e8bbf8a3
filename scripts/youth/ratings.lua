-- ratings.lua: youth offending services, March 2021 to February 2025. Do the overall ratings follow from the points?
-- The file is second-hand, a scrape of the inspectorate's reports: standards that it lacks are not unrated.
--   assay run scripts/youth/ratings.lua --data data/youth
local assay = require "assay"

local scale = assay.framework("youth-2018").scale
local file = assay.read_json "inspections.json"
print(file.about)
print(file.warning)
print()
print(scale)

--- Whether the standards whose ratings the scrape has can come to the points, whatever the others are.
local function check_standards(report)
  local ids, ratings = {}, {}
  for _, standard in ipairs(report.standards) do
    if standard.counts_to_overall ~= false then
      ids[#ids + 1] = standard.id
      ratings[standard.id] = standard.rating
    end
  end
  for i = #ids + 1, report.overall.max_points // 3 do ids[i] = "another " .. i end
  local found = scale:solve { standards = ids, ratings = ratings, points = report.overall.points, limit = 0 }
  return found.count > 0 or table.concat(found.conflict, ", ")
end

-- 1. Each overall rating again, from the printed points; and the points again, from the score in per cent.
local rows, contradictions, seen, same, untested = {}, {}, {}, 0, 0
local function contradict(report, why) contradictions[#contradictions + 1] = ("%s: %s"):format(report.title, why) end

for i, report in ipairs(file.reports) do
  local whole = report.overall
  local computed
  if whole.points == nil then
    untested = untested + 1
    local fits = {}
    for _, most in ipairs { 24, 36 } do
      if assay.published.consistent(whole.score_percent, most, { decimals = 2 }) then fits[#fits + 1] = most end
    end
    contradict(report, ("%s per cent is %s"):format(whole.score_percent,
      #fits == 0 and "no whole number of points of 24 or 36" or "not of a known number of points"))
  else
    computed = scale:overall { points = whole.points, standards = whole.max_points // 3 }.rating
    local _, points = assay.published.consistent(whole.score_percent, whole.max_points, { decimals = 2 })
    if not points or points[1] ~= whole.points then
      contradict(report, ("%s per cent is not %d of %d points"):format(whole.score_percent, whole.points, whole.max_points))
    end
    local fits = check_standards(report)
    if fits ~= true then contradict(report, "standards and points cannot both be: " .. fits) end
    if whole.rating == nil then
      untested = untested + 1
      contradict(report, ("no rating was read; %d of %d points are %s"):format(whole.points, whole.max_points, computed))
    elseif whole.rating == computed then
      same = same + 1
    else
      contradict(report, ("printed as %s, but %d of %d points are %s"):format(whole.rating, whole.points, whole.max_points,
        computed))
    end
  end
  for _, note in ipairs(report.notes) do contradict(report, "note of the file: " .. note) end
  if whole.points and whole.rating and whole.max_points == 36 then
    local range = seen[whole.rating] or { least = whole.points, most = whole.points, n = 0 }
    range.least, range.most = math.min(range.least, whole.points), math.max(range.most, whole.points)
    range.n = range.n + 1
    seen[whole.rating] = range
  end
  rows[i] = { report.title, report.published, whole.points, whole.max_points, whole.rating, computed,
              whole.rating and computed and (whole.rating == computed and "yes" or "NO") or nil }
end

local ratings = assay.frame {
  columns = { "service", "published", "points", "maximum", "printed", "computed", "same" }, rows = rows,
  types = { service = "text", published = "date", points = "integer", maximum = "integer", printed = "text",
            computed = "text", same = "text" },
}
print "\nOverall ratings, printed and computed from the points"
print(ratings)

print "\nPoints of 36 seen with each printed rating"
local edges = {}
for _, band in ipairs(scale.bands) do
  local range = seen[band.name]
  edges[#edges + 1] = { band.name, range.n, range.least, range.most }
end
print(assay.frame { columns = { "rating", "services", "least", "most" }, rows = edges, types = { rating = "text" } })

print "\nContradictions, and what could not be compared"
for _, line in ipairs(contradictions) do print("- " .. line) end

ratings:write "ratings.csv"
local differing = #file.reports - same - untested
print(("\n%d inspections: %d overall ratings follow from the printed points, %d do not, %d could not be compared."):format(
  #file.reports, same, differing, untested))
if differing > 0 then error "an overall rating does not follow from its points" end
