local assay = require "assay"
local support = require "support"
local refusal = support.refusal

local scale = assay.rating.scale "probation-2018"

local function ways(n, k)
  if k < 0 or k > n then return 0 end
  local product = 1
  for i = 1, k do product = product * (n - k + i) / i end
  return product
end

local function band(x, n)
  local whole = (200 * x + n) // (2 * n)
  return whole < 50 and 1 or whole < 65 and 2 or whole < 80 and 3 or 4
end

--- P(each band) of n of N cases, M of which are yes.
local function chances(N, M, n)
  local list = { 0, 0, 0, 0 }
  for x = 0, n do list[band(x, n)] = list[band(x, n)] + ways(M, x) * ways(N - M, n - x) / ways(N, n) end
  return list
end

describe("scale:chance", function()
  it("is exact for one question", function()
    local f = scale:chance { percents = 67, population = 40, size = { 7, 13, 40 } } -- 27 of 40
    assert.equal("Good", f.rating)
    for i, n in ipairs { 7, 13, 40 } do
      local want = chances(40, 27, n)
      assert.near(want[3], f:column("right")[i], 1e-12)
      assert.near(want[1] + want[2], f:column("too_low")[i], 1e-12)
      assert.near(want[4], f:column("too_high")[i], 1e-12)
      assert.equal(f:column("right")[i], f:column("right_together")[i])
    end
    assert.equal(1, f:column("right")[3])
  end)

  it("has both ends for the lowest of several", function()
    local f = scale:chance { percents = { 55, 70 }, population = 40, size = 11 }
    local a, b = chances(40, 22, 11), chances(40, 28, 11)
    local function least(p, from) return from > 4 and 0 or p[from] + least(p, from + 1) end
    local right = least(a, 2) * least(b, 2) - least(a, 3) * least(b, 3)
    local together = math.min(least(a, 2), least(b, 2)) - math.min(least(a, 3), least(b, 3))
    assert.equal("Requires improvement", f.rating)
    assert.near(right, f:column("right")[1], 1e-12)
    assert.near(together, f:column("right_together")[1], 1e-12)
    assert.near(1 - least(a, 2) * least(b, 2), f:column("too_low")[1], 1e-12)
    assert.matches("rated by all cases: Requires improvement (55, 70 per cent of 40 cases, each to the nearest case)",
      tostring(f), 1, true)
  end)

  it("is binomial without a population", function()
    local f = scale:chance { percents = { 50 }, size = 5, population = math.huge }
    assert.near(10 / 32, f:column("right")[1], 1e-12)
    assert.near(6 / 32, f:column("too_high")[1], 1e-12)
  end)

  it("refuses what is no plan", function()
    local function message(options) return refusal(scale.chance, scale, options).message end
    assert.matches("percents%[1%] is 0.61%? write per cents here: 61", message { percents = 0.61, size = 5 })
    assert.matches("from 0 to 100, not 101", message { percents = { 50, 101 }, size = 5 })
    assert.matches("names no question", message { percents = {}, size = 5 })
    assert.matches("'percents' is needed", message { size = 5 })
    assert.matches("'size' is needed", message { percents = 61 })
    assert.matches("names no size", message { percents = 61, size = {} })
    assert.matches("at least one case", message { percents = 61, size = { 5, 0 } })
    assert.matches("size is 6, but the population has 5", message { percents = 61, size = 6, population = 5 })
    assert.matches("unknown option 'percent': did you mean 'percents'", message { percent = 61, size = 6 })
    assert.matches("2147483647", message { percents = 61, size = 1 << 31 })
  end)
end)
