local assay = require "assay"
local refusal = require "support".refusal

describe("date", function()
  it("moves by months and days, and stays in the month", function()
    assert.equal("2018-04-05", assay.date("2018-11-05", { months = -7 }))
    assert.equal("2019-02-28", assay.date("2019-01-31", { months = 1 }))
    assert.equal("2020-02-29", assay.date("2020-01-31", { months = 1 }))
    assert.equal("2018-09-24", assay.date("2018-11-05", { days = -42 }))
  end)

  it("counts days", function()
    assert.equal(42, assay.days("2018-09-24", "2018-11-05"))
    assert.equal(-1, assay.days("2018-01-01", "2017-12-31"))
  end)

  it("refuses what is no date", function()
    assert.matches("'2018%-02%-30' is not a date", refusal(assay.date, "2018-02-30").message)
    assert.matches("unknown option 'month': did you mean 'months'", refusal(assay.date, "2018-02-01", { month = 1 }).message)
  end)
end)
