-- make-providers.lua: data/providers/made-up.csv. All of it is SYNTHETIC: no provider is anybody.
-- Twenty-four providers with a caseload, the cases inspected of it, those of them found sufficient, and the officers
-- who hold the caseload. Nineteen differ by chance alone; the others are made to stand out, and `truth` says how.
local assay = require "assay"

--- Random numbers of its own (Knuth's 64-bit congruential numbers), the same on every machine: 0 to n - 1.
local state = 20261105
local function random(n)
  state = state * 6364136223846793005 + 1442695040888963407
  return (state >> 33) % n
end

--- How many of `n` cases drawn from `all` are among the `marked` ones.
local function draw(all, marked, n)
  local found = 0
  for i = 0, n - 1 do
    if random(all - i) < marked - found then found = found + 1 end
  end
  return found
end

local SHARE, HOLDS = 0.65, 40 -- what all providers have but those that stand out: sufficient cases, cases per officer

local standing_out = {
  [4] = { share = 0.42, truth = "worse" }, [9] = { share = 0.88, truth = "better" },
  [15] = { whole = true, share = 0.55, truth = "worse, inspected whole" }, [20] = { holds = 58, truth = "caseloads high" },
  [23] = { holds = 24, truth = "caseloads low" },
}

local rows = {}
for i = 1, 24 do
  local special = standing_out[i] or {}
  local officers = (10 + random(120)) / 2 -- whole and half posts
  local holds, cases = special.holds or HOLDS, 0
  -- cases come one by one: each of many chances brings one, so that their number is nearly Poisson
  for _ = 1, 20 * math.floor(holds * officers) do cases = cases + (random(20) == 0 and 1 or 0) end
  local inspected = special.whole and cases or math.min(cases, 24 + random(100))
  local sufficient = math.floor((special.share or SHARE) * cases + 0.5)
  rows[i] = { ("Provider %s"):format(string.char(64 + i)), cases, inspected, draw(cases, sufficient, inspected), officers,
    special.truth or "as the others", "synthetic" }
end

assay.frame {
  columns = { "provider", "caseload", "inspected", "sufficient", "officers", "truth", "record" }, rows = rows,
  types = { provider = "text", truth = "text", record = "text", officers = "number" },
}:write "made-up.csv"
