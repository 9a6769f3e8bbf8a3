-- `assay size` and `assay margin`, as they are called.

local assay = require "assay"
local program = require "program"
local support = require "support"

local function call(words)
  local folder = support.path "command"
  os.execute("mkdir " .. program.quote(folder))
  local code, printed, errors = program.shell(folder, "assay " .. words)
  return code, printed, errors, folder
end

--- The JSON that a command prints.
local function answer(words)
  local code, printed, errors, folder = call(words .. " --json")
  assert.equal("", errors)
  assert.equal(0, code)
  local path = support.file("answer.json", printed)
  local value = assay.read_json(path)
  os.execute("rm -r " .. program.quote(folder))
  return value
end

describe("assay size", function()
  it("prints the usual answer beside the exact one, and what it promises too much", function()
    local code, printed = call "size --population 254 --confidence 80% --margin 5%"
    assert.equal(0, code)
    assert.equal([[
254 cases, 80% confidence, a margin of 5 points
method first size half_width
normal 100 100 5.00 points
wilson 100 100 4.97 points
hyper_tail 107 107 4.92 points
hyper_wang 100 107 4.92 points
with 100 cases the usual formula promises too much: the half-width of hyper_tail reaches 5.31 points, not 5
]], program.plain(printed))
  end)

  it("says so where the promise is kept", function()
    local _, printed = call "size --population 1 --confidence 0.80 --margin 0.05"
    assert.matches("with 1 case the usual formula keeps its promise: .* hyper_tail reaches 0%.00 points\n", printed)
  end)

  it("gives as many decimals as show the difference", function()
    local _, printed = call "size --population 10000 --confidence 95% --margin 1% --method normal"
    assert.matches("a margin of 1 point\n", printed)
    assert.matches("reaches 1%.00%d*[1-9] points, not 1\n", printed)
  end)

  it("says the same in JSON", function()
    local got = answer "size --population 27 --confidence 80% --margin 5%"
    assert.same({ population = 27, confidence = 0.80, margin = 0.05 }, got.asked)
    local sizes = {}
    for _, one in ipairs(got.sizes) do sizes[one.method] = one.n end
    assert.same({ normal = 24, wilson = 24, hyper_tail = 25, hyper_wang = 25 }, sizes)
    assert.is_false(got.usual_formula.holds)
    assert.equal("hyper_tail", got.usual_formula.method)
  end)

  it("takes clopper_pearson where there is no population", function()
    local got = answer "size --confidence 80% --margin 5%"
    assert.same({ "normal", 165, "wilson", 163, "clopper_pearson", 183 }, { got.sizes[1].method, got.sizes[1].n,
      got.sizes[2].method, got.sizes[2].n, got.sizes[3].method, got.sizes[3].n })
  end)

  it("sizes strata, their sum and all of them together", function()
    local _, printed = call "size --population B=84 --population A=84 --population C=84 --confidence 80% --margin 5%"
    assert.matches("\nA 84 56 ", program.plain(printed))
    assert.matches("\nthe sum 252 168 ", program.plain(printed))
    assert.matches("\nall together 252 100 %d+ 107 ", program.plain(printed))
    local got = answer "size --population A=84 --population B=84 --population C=84 --confidence 80% --margin 5% --method normal"
    assert.equal(168, got.sizes[1].n)
    assert.equal(100, got.sizes[1].all_together)
    assert.equal(56, got.sizes[1].strata.B.n)
  end)

  it("takes the options of the function", function()
    local got = answer "size --population 254 --confidence 80% --margin 5% --deff 1.5 --response-rate 90% --proportion 30%"
    local n, details = assay.sample_size { population = 254, confidence = 0.80, margin = 0.05, deff = 1.5,
      response_rate = 0.90, proportion = 0.30, method = "hyper_tail" }
    assert.equal(n, got.sizes[3].n)
    assert.equal(details.answers, got.sizes[3].answers)
    assert.is_nil(got.usual_formula)
    assert.equal(24, answer "size --population 28 --confidence 80% --margin 5% --rounding nearest".sizes[1].n)
    local _, printed = call "size --population 254 --confidence 80% --margin 5% --response_rate 90%"
    assert.matches("\nhyper_tail 107 107 119 4%.92 points", program.plain(printed))
  end)

  it("notes a method that takes too long, and refuses it where it was asked for", function()
    local code, printed = call "size --population 100000 --confidence 80% --margin 5%"
    assert.equal(0, code)
    assert.matches("\nnote: hyper_wang takes too long .* take hyper_tail", printed)
    code, printed = call "size --population 3000000000 --confidence 80% --margin 5%"
    assert.equal(0, code)
    assert.matches("note: hyper_tail is for populations of 1 to 2147483647 cases, not 3000000000", printed)
    local errors
    code, printed, errors = call "size --population 100000 --confidence 80% --margin 5% --method hyper_wang"
    assert.same({ 2, "" }, { code, printed })
    assert.matches("hyper_wang takes too long", errors)
  end)

  it("says what was wrong and ends with 2", function()
    local cases = {
      { "--population 254 --confidence 80 --margin 5%", "80%? write 0%.80" },
      { "--population 254 --confidence 180% --margin 5%", "confidence is a share" },
      { "--population 254 --confidence eighty --margin 5%", "must be a share such as 0%.80 or 80%%, not 'eighty'" },
      { "--population 254 --confidence 80%% --margin 5%", "%-%-confidence must be a share" },
      { "--population 254 --confidence 0x1p-1 --margin 5%", "%-%-confidence must be a share" },
      { "--population 254 --confidence 80%", "missing option '%-%-margin'" },
      { "--population 254.5 --confidence 80% --margin 5%", "%-%-population must be a whole number from 0 on, not '254%.5'" },
      { "--population 99999999999999999999 --confidence 80% --margin 5%", "%-%-population must be a whole number" },
      { "--population 0 --confidence 80% --margin 5%", "from 1 on, not 0" },
      { "--population A=1 --population 5 --confidence 80% --margin 5%", "each time as LABEL=N, not '5'" },
      { "--population A=1 --population A=5 --confidence 80% --margin 5%", "has 'A' twice" },
      { "--population A= --confidence 80% --margin 5%", "%-%-population must be a whole number from 0 on, not ''" },
      { "--population 254 --confidence 80% --margin 5% --method hyper", "unknown method 'hyper'" },
      { "--population 254 --confidence 80% --margin 5% --deff -1", "" },
      { "--population 254 --confidence 80% --margin 5% --deff 0", "deff must be above 0" },
      { "--population 254 --confidence 80% --margin 5% --rounding up --method wilson", "rounding goes with method normal" },
      { "--population 254 --confidence 80% --margin 5% --methods wilson", "did you mean '%-%-method'" },
    }
    for _, case in ipairs(cases) do
      local code, printed, errors = call("size " .. case[1])
      assert.same({ case[1], 2, "" }, { case[1], code, printed })
      assert.matches(case[2], errors)
      assert.matches("^assay: ", errors)
    end
  end)

  it("has help with an example", function()
    local code, printed = call "size --help"
    assert.equal(0, code)
    assert.matches("assay size %-%-population 254 %-%-confidence 80%% %-%-margin 5%%", printed)
    assert.matches("assay size %[%-%-population N%]", (select(2, call "help")))
  end)
end)

describe("assay margin", function()
  it("prints the usual margin beside the exact ones", function()
    local code, printed = call "margin --n 100 --population 254 --confidence 80%"
    assert.equal(0, code)
    assert.equal([[
100 of 254 cases, 80% confidence
method half_width
normal 5.00 points
wilson 4.97 points
hyper_tail 5.31 points
hyper_wang 4.92 points
]], program.plain(printed))
  end)

  it("says the same in JSON, where an infinite margin has no number", function()
    local got = answer "margin --n 24 --population 27 --confidence 80% --method hyper_tail --method normal"
    assert.equal("hyper_tail", got.margins[1].method)
    assert.equal(assay.margin { n = 24, population = 27, confidence = 0.80, method = "hyper_tail" }, got.margins[1].half_width)
    got = answer "margin --n 0 --confidence 80%"
    assert.is_nil(got.margins[1].half_width)
    assert.equal(0.5, got.margins[2].half_width)
  end)

  it("says what was wrong and ends with 2", function()
    local cases = {
      { "--n 300 --population 254 --confidence 80%", "n is 300, but the population has 254 cases" },
      { "--n ten --confidence 80%", "%-%-n must be a whole number from 0 on, not 'ten'" },
      { "--confidence 80%", "missing option '%-%-n'" },
      { "--n 10", "missing option '%-%-confidence'" },
      { "--n 10 --confidence 80% --method hyper_tail", "needs a population" },
    }
    for _, case in ipairs(cases) do
      local code, printed, errors = call("margin " .. case[1])
      assert.same({ case[1], 2, "" }, { case[1], code, printed })
      assert.matches(case[2], errors)
    end
  end)
end)
