-- `assay interval`, as it is called.

local assay = require "assay"
local program = require "program"
local support = require "support"

local function call(words)
  local folder = support.path "command"
  os.execute("mkdir " .. program.quote(folder))
  local code, printed, errors = program.shell(folder, "assay interval " .. words)
  os.execute("rm -r " .. program.quote(folder))
  return code, printed, errors
end

--- The JSON that the command prints.
local function answer(words)
  local code, printed, errors = call(words .. " --json")
  assert.equal("", errors)
  assert.equal(0, code)
  local path = support.file("answer.json", printed)
  return assay.read_json(path)
end

describe("assay interval", function()
  it("prints what assay.interval says", function()
    local code, printed = call "27 74 --confidence 80%"
    assert.equal(0, code)
    assert.equal(tostring(assay.interval(27, 74, { confidence = 0.80 })) .. "\n", printed)
    local same = {
      ["27 74 --population 254 --confidence 0.80 --method hyper_blaker --side two"] =
        assay.interval(27, 74, { confidence = 0.80, population = 254, method = "hyper_blaker" }),
      ["27 74 --confidence 80% --method bayes --prior 1 2.5 --side lower"] =
        assay.interval(27, 74, { confidence = 0.80, method = "bayes", prior = { 1, 2.5 }, side = "lower" }),
    }
    for words, found in next, same do assert.equal(tostring(found) .. "\n", (select(2, call(words)))) end
  end)

  it("says the same in JSON", function()
    local got = answer "27 74 --population 254 --confidence 80%"
    local found = assay.interval(27, 74, { population = 254, confidence = 0.80 })
    for _, name in ipairs { "estimate", "lower", "upper", "lower_count", "upper_count", "method", "x", "n", "population" } do
      assert.equal(found[name], got[name], name)
    end
  end)

  it("prints every method with what it is worth, the guaranteed ones marked", function()
    local code, printed, errors = call "24 24 --population 28 --confidence 80% --all"
    assert.same({ 0, "" }, { code, errors })
    local text = program.plain(printed)
    assert.matches("^24 of 24 cases from 28: 100%.0%%, 80%% confidence\nmethod lower upper cases least mean width keeps\n", text)
    -- least and mean as published tables have them for 24 of 28
    assert.matches("\nwilson [^\n]*%% 70%.5%% 83%.1%% 7%.6 no\n", text)
    assert.matches("\nhyper_tail [^\n]* to 28 88%.7%% 95%.5%% 7%.7 always\n", text)
    assert.matches("\nhyper_mid_p [^\n]* 72%.7%% 88%.9%% 5%.7 no\n", text)
    assert.matches("\nhyper_blaker [^\n]* 80%.9%% 91%.0%% 6%.3 always\n", text)
    assert.matches("\nhyper_wang [^\n]* 80%.9%% 90%.7%% 6%.3 always\n", text)
    assert.matches("\nwald_cc [^\n]* here\n", text)
    assert.matches("\nthe narrowest that always keeps 80%%: hyper_blaker, 6%.3 points wide on average\n$", text)
  end)

  it("has no cases where there is no population", function()
    local _, printed = call "27 74 --confidence 80% --all"
    local text = program.plain(printed)
    assert.matches("\nmethod lower upper least mean width keeps\n", text)
    assert.matches("\nclopper_pearson [^\n]* always\n", text)
    assert.matches("\nblaker [^\n]* always\n", text)
    assert.is_nil(text:find "hyper_")
  end)

  it("gives all of it in JSON too, as shares and counts", function()
    local got = answer "27 74 --population 254 --confidence 80% --all --prior 1 1"
    assert.same({ x = 27, n = 74, population = 254, confidence = 0.80, prior = { 1, 1 } }, got.asked)
    local by_name = {}
    for _, one in ipairs(got.methods) do by_name[one.method] = one end
    local blaker = assay.interval(27, 74, { population = 254, confidence = 0.80, method = "hyper_blaker" })
    local worth = assay.coverage { n = 74, population = 254, confidence = 0.80, method = "hyper_blaker" }
    assert.same({ blaker.lower, blaker.upper_count, "always" },
      { by_name.hyper_blaker.lower, by_name.hyper_blaker.upper_count, by_name.hyper_blaker.keeps })
    assert.same({ worth.minimum, worth.at_count, worth.mean, worth.max_half_width }, { by_name.hyper_blaker.coverage.minimum,
      by_name.hyper_blaker.coverage.at_count, by_name.hyper_blaker.coverage.mean, by_name.hyper_blaker.coverage.max_half_width })
    assert.same({ 1, 1 }, by_name.bayes.prior)
    assert.equal(assay.coverage { n = 74, population = 254, confidence = 0.80, method = "bayes", prior = { 1, 1 } }.mean,
      by_name.bayes.coverage.mean)
  end)

  it("notes a method that takes too long, and refuses it where it was asked for", function()
    local code, printed = call "27 74 --population 254000 --confidence 80% --all"
    assert.equal(0, code)
    assert.matches("\nhyper_wang NA NA NA NA NA NA\nthe narrowest", program.plain(printed))
    assert.matches("\nnote: hyper_wang is for a population times a sample of at most 10000000", printed)
    local errors
    code, printed, errors = call "27 74 --population 254000 --confidence 80% --method hyper_wang"
    assert.same({ 2, "" }, { code, printed })
    assert.matches("take hyper_tail", errors)
    code, printed = call "3 200000 --confidence 80% --all"
    assert.equal(0, code)
    assert.equal(1, select(2, printed:gsub("note: ", "")))
    assert.matches("note: coverage is found for samples of at most 100000 cases, not 200000\n$", printed)
  end)

  it("says NA where there are no limits", function()
    local _, printed = call "0 1 --population 9 --confidence 80% --all"
    assert.matches("\nwald NA NA 0%.0%% 0%.0%% NA no\n", program.plain(printed))
    _, printed = call "0 0 --confidence 80% --all"
    assert.matches("^0 of 0 cases, 80%% confidence\n", printed)
  end)

  it("says what was wrong and ends with 2", function()
    local cases = {
      { "27 74", "missing option '%-%-confidence'" },
      { "27 --confidence 80%", "missing argument" },
      { "80 74 --confidence 80%", "x is 80, but there are only 74 cases" },
      { "80 74 --confidence 80% --all", "x is 80, but there are only 74 cases" },
      { "27 74 --population 50 --confidence 80% --all", "n is 74, but the population has 50 cases" },
      { "27.5 74 --confidence 80%", "X must be a whole number from 0 on, not '27%.5'" },
      { "27 many --confidence 80%", "N must be a whole number from 0 on, not 'many'" },
      { "27 74 --confidence 80", "80%? write 0%.80" },
      { "27 74 --confidence 0% --all", "confidence must be a share between 0 and 1" },
      { "27 74 --confidence 80% --method hyper_tail", "no method 'hyper_tail' without a population" },
      { "27 74 --confidence 80% --method wlison", "did you mean 'wilson'" },
      { "27 74 --confidence 80% --all --method wilson", "%-%-all goes without %-%-method" },
      { "27 74 --confidence 80% --all --side lower", "%-%-all compares two%-sided limits" },
      { "27 74 --confidence 80% --side left", "unknown side 'left'" },
      { "27 74 --confidence 80% --method bayes --prior 0 1", "prior is two numbers above 0" },
      { "27 74 --confidence 80% --all --prior 0 1", "prior is two numbers above 0" },
      { "27 74 --confidence 80% --prior 1 1", "'prior' goes with method bayes" },
      { "27 74 --confidence 80% --al", "did you mean '%-%-all'" },
    }
    program.check_refusals(call, cases)
  end)

  it("has help with an example", function()
    local code, printed = call "--help"
    assert.equal(0, code)
    assert.matches("assay interval 27 74 %-%-population 254 %-%-confidence 80%% %-%-all", printed)
  end)
end)
