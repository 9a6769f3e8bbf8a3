-- uncertainty.lua: Durham Tees Valley CRC, November 2018. How sure are the ratings, when about 150 cases of several
-- hundred were seen? The answers are synthetic: data/README.md says how they were made and from which printed figures.
local assay = require "assay"

local framework = assay.framework "probation-2018"
local printed = assay.read_json "published.json"
local seed = "945fd7c0ebc4d5b6879d080d446678b2" -- by assay.seed()

local surveys = {}
for i, name in ipairs { "case-supervision", "unpaid-work", "through-the-gate" } do
  surveys[i] = assay.survey { framework = framework, sample = assay.open_sample(name),
                              answers = assay.read("answers-" .. name .. ".csv", { id = "case_id" }) }
end

-- 1. The standards and the whole. Organisational delivery was judged, and is taken as it was printed.
local judged, printed_as = {}, {}
for _, standard in ipairs(printed.standards) do
  if standard.id:find "^1%." then judged[standard.id] = standard.rating end
  printed_as[standard.id] = standard.rating
end
local found = framework:probability(surveys, { seed = seed, judged = judged })
print "What the ratings by percentages of all eligible cases may be"
print(found)

-- 2. The same beside what was printed: how probable is the printed rating by percentages alone?
local rows = {}
for row in found.standards:rows() do
  if not judged[row.standard] then
    local likeliest
    for _, band in ipairs(framework.scale.bands) do
      if not likeliest or row[band.name] > row[likeliest] then likeliest = band.name end
    end
    rows[#rows + 1] = { row.standard, row.name, printed_as[row.standard], row[printed_as[row.standard]], likeliest,
                        row[likeliest] }
  end
end
local beside = assay.frame { columns = { "standard", "name", "printed", "probability", "likeliest", "its_probability" },
                             rows = rows, types = { standard = "text", name = "text" } }
print "\nPrinted ratings, and how probable they are by percentages alone (2.1 and 4.1 were raised by discretion)"
print(beside)
print "How the answers of one case hang together is a choice of the synthetic data: it moves 4.2, all of whose questions were"
print "printed as 50 per cent, the edge of a band. Its three questions alone leave room for this:"
print(framework.scale:probability(surveys[3], framework:questions "4.2", { seed = seed }).at_least)

-- 3. One standard closely: which question decides, and what holds however questions depend on each other.
local planning = framework.scale:probability(surveys[1], framework:questions "2.1", { seed = seed })
print "\n2.1, its questions"
print(planning.questions)
print "\n2.1, at least that rating: its probability, and the least and most that the questions leave room for"
print(planning.at_least)

-- 4. For the next inspection: how often would a service that is as this one was printed be rated so?
print "\nA service whose true percentages are those printed for 2.1, by the size of the sample"
print(framework.scale:chance { percents = { 63, 57, 47 }, population = 254, size = { 24, 50, 100, 150, 200 } })

found.standards:write "standards.csv"
beside:write "beside.csv"
