-- funnel.lua: which providers differ by more than chance? Officers' caseloads of 42 probation areas as they were
-- published, and made-up providers (data/README.md) whose counts are known.
local assay = require "assay"

-- 1. Published caseloads: offenders per offender manager. Only the ratio was printed.
local published = assay.read_json "caseloads.json"
print(("42 areas: %s"):format(published.what))

local summary = {}
for year = 2004, 2007 do
  local column, sum, above = year - 2002, 0, 0
  local national = published.national_average[year - 2003]
  for _, row in ipairs(published.rows) do
    sum = sum + row[column]
    above = above + (row[column] > national and 1 or 0)
  end
  summary[#summary + 1] = { tostring(year), national, sum / #published.rows, above }
end
print(assay.frame { columns = { "year", "national_average", "mean_of_areas", "areas_above" }, rows = summary,
                    types = { national_average = "number" } })
print [[
The published average is one of officers and not of areas: it lies above the mean of the areas in every year, because
the areas with more officers have the larger caseloads. It is the target here.

What a funnel of these needs, and what is assumed:
- Offenders are not some of a known number of trials, so that nothing here is binomial. If they came to officers one by
  one and independently, the offenders of an area with m officers would be Poisson with the mean m x target.
- m was not printed. Below each area is taken to have the same m, and several are tried: an area's ratio times m, which
  is whole where m is a multiple of ten, stands for its offenders.
- Caseloads are shared out by managers and budgets. That chance alone moves them is the hypothesis, not a belief.]]

--- The areas in the last year as units with the same number of officers each.
local function units_of(officers)
  local rows = {}
  for i, row in ipairs(published.rows) do
    rows[i] = { row[1], math.floor(row[5] * officers + 0.5), officers }
  end
  return assay.frame { columns = { "area", "offenders", "officers" }, rows = rows, types = { area = "text" } }
end

local function funnel_of(officers, overdispersion)
  return assay.funnel { units = units_of(officers), events = "offenders", exposure = "officers",
                        target = published.national_average[4], confidence = { 0.95, 0.998 }, method = "mirrored",
                        overdispersion = overdispersion }
end

local tried, from = {}, {}
for _, officers in ipairs { 10, 20, 40, 80, 160 } do
  local plain, inflated = funnel_of(officers, "report"), funnel_of(officers, "inflate")
  tried[#tried + 1] = { officers, plain.about.phi, plain.about.outside[1], plain.about.outside[2],
                        inflated.about.outside[1], inflated.about.outside[2] }
  for row in plain:rows() do
    from[row.area] = from[row.area] or row.outside == 0.998 and officers or nil
  end
end
print "\nAreas outside the limits around the average of 2007, by how many officers each is taken to have"
print(assay.frame { columns = { "officers", "phi", "outside_95", "outside_99_8", "inflated_95", "inflated_99_8" },
                    rows = tried, types = { phi = "number" } })
print [[
Chance would put fewer than one of 42 areas outside 99.8% limits: already ten officers in each are too many for it to be
chance alone. Inflated limits do not hang on m, as long as all areas have the same: phi grows as m does. What is left is
which areas differ by more than areas do.]]
for row in funnel_of(40, "inflate"):rows() do
  if row.outside then print(("- %s: %.1f, %s inflated %g%% limits"):format(row.area, row.rate, row.flag, 100 * row.outside)) end
end

local areas = {}
for _, row in ipairs(published.rows) do
  local years = 0
  for i, national in ipairs(published.national_average) do years = years + (row[i + 1] > national and 1 or 0) end
  areas[#areas + 1] = { row[1], row[5], row[5] - published.national_average[4], years, from[row[1]] }
end
local by_area = assay.frame { columns = { "area", "caseload", "difference", "years_above", "outside_from" }, rows = areas,
                              types = { area = "text", outside_from = "integer" } }:sort "-caseload"
print "\nEach area in 2007, the years of four above the average, and the officers from which on it is outside 99.8% limits"
print(by_area)
by_area:write "areas.csv"

-- 2. Made-up providers: cases inspected and found sufficient, the caseloads that they were drawn from, and officers.
local providers = assay.read "made-up.csv":drop("record"):rename { truth = "made_to_be" }
local sufficient = assay.funnel { units = providers:drop "officers", events = "sufficient", trials = "inspected",
                                  populations = "caseload", target = 0.65, confidence = { 0.80, 0.95, 0.998 },
                                  method = "mirrored", overdispersion = "report", ranks = 0.95 }
print "\nMade-up providers: sufficient cases of those inspected, against the 65% that Good begins at"
print "Cases were drawn from the caseload: limits close as it is inspected whole. The target is given, because a pooled one"
print "would be that of Provider O, of which far more cases were inspected than of any other."
print(sufficient:select { "provider", "caseload", "inspected", "share", "lower_95", "upper_95", "lower_99_8", "upper_99_8",
                          "rank_from", "rank_to", "outside", "flag", "made_to_be" })
print(("phi %.2f; outside 80, 95 and 99.8%% limits: %d, %d, %d of %d"):format(sufficient.about.phi,
  sufficient.about.outside[1], sufficient.about.outside[2], sufficient.about.outside[3], #providers))
sufficient:write "sufficient.csv"

local caseloads = assay.funnel { units = providers:drop { "inspected", "sufficient" }, events = "caseload",
                                 exposure = "officers", confidence = { 0.95, 0.998 }, method = "mirrored",
                                 overdispersion = "report" }
print "\nMade-up providers: cases per officer, where the officers are known"
print(caseloads:select { "provider", "officers", "rate", "lower_95", "upper_95", "lower_99_8", "upper_99_8", "outside",
                         "flag", "made_to_be" })
print(("target %.1f cases per officer (pooled), phi %.2f without the ends, chi-squared %.1f with them"):format(
  caseloads.about.target, caseloads.about.phi, caseloads.about.chi_squared))
caseloads:write "caseloads.csv"
