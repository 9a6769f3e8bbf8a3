-- ratings.lua: Durham Tees Valley CRC, April 2020. Which ratings of its ten standards fit the press release?
-- The release prints the overall rating, how many standards are Outstanding, one of these, and how many improved on
-- 2018, whose ratings are in the report of March 2019.
--   assay run scripts/dtv-2020/ratings.lua --data data/dtv-2020 --data data/dtv-2018
local assay = require "assay"

local framework = assay.framework "probation-2018"
local release = assay.read_json "press-release.json"
local earlier = assay.read_json "published.json"

local before, named = {}, {}
for _, standard in ipairs(earlier.standards) do
  before[standard.id] = standard.rating
  for _, name in ipairs(release.outstanding.named) do
    if standard.name == name then named[standard.id] = "Outstanding" end
  end
end

--- The clues of the release, and more.
local function clues(more)
  local all = {
    standards = framework, before = before, ratings = named, overall = release.overall.rating,
    count = { Outstanding = release.outstanding.count }, improved = release.improved_since_2018,
  }
  for key, value in pairs(more) do all[key] = value end
  return all
end

print "1. What the release prints"
local printed = framework.scale:solve(clues {})
print(printed)

print "\n2. The same, if no standard fell: the release names none that did"
local none_fell = framework.scale:solve(clues { fell = 0 })
print(none_fell)

-- "Better use of information and facilities", and "the biggest area of improvement has been to the Through the Gate
-- service": words, which may mean less than a higher rating.
print "\n3. The same, if what its words praise as better (1.4, 4.2) has a higher rating"
local ratings = { ["1.4"] = "Outstanding", ["4.2"] = { "Good", "Outstanding" } }
for id, rating in pairs(named) do ratings[id] = rating end
local praised = framework.scale:solve(clues { fell = 0, ratings = ratings })
print(praised)

print "\n4. What cannot be: nine standards rated higher than before, and the whole still Requires improvement"
print(framework.scale:solve { standards = framework, before = before, improved = { min = 9 },
                              overall = earlier.overall.rating })

none_fell.possible:write "possible.csv"
print(("\n%d rating vectors fit what is printed; %d if none fell; %d if 1.4 and 4.2 are among those that improved."):format(
  printed.count, none_fell.count, praised.count))
