-- statfile_spec.lua: SPSS and Stata files in scripts; the files are told of in tests/formats/README.md.

local assay = require "assay"
local support = require "support"

local root = os.getenv "ASSAY_ROOT" or "."

local function formats(name) return ("%s/tests/formats/%s"):format(root, name) end

local out = support.path "out.sav"

local function fails(pattern, f, ...)
  local value, err = assay.try(f, ...)
  assert.is_nil(value)
  assert.matches(pattern, tostring(err))
  return err
end

describe("assay.read of a .sav file", function()
  local f = assay.read(formats "pspp.sav", { id = "id" })

  it("gives labels as levels, and an id as text", function()
    assert.same({ "107", "108", "109", "110", "111" }, f:column "id":list())
    assert.equal("Yes", f:column "q"[1])
    assert.equal("3", f:column "q"[3])
    assert.is_nil(f:column "q"[4])
    assert.equal("2018-11-05", f:column "start"[1])
    assert.equal("integer", math.type(f:column "age"[1]))
    assert.equal(2, #f:where { sex = "Female" })
  end)

  it("counts what is declared missing, by code", function()
    assert.same({ age = 2, q = 1, sex = 1 }, f.source.user_missing)
    assert.same({ { code = "-9", label = "Refused", cases = 1 }, { code = "998", cases = 1 } },
      f.source.missing_codes.age)
    assert.same({ q = 1, stray = 1 }, f.source.unlabelled)
  end)

  it("keeps labels, encoding and the name of the weight", function()
    assert.same({ age = "Age at start", q = "Was it done? é" }, f.source.labels)
    assert.equal("UTF-8", f.source.encoding)
    assert.equal("w", f.source.weight)
    assert.equal("sav", f.source.format)
    assert.equal(5, f.source.rows)
    assert.same({ "scale" }, (function(t) local l = {} for k in pairs(t) do l[#l + 1] = k end return l end)
      (f.source.value_labels))
  end)

  it("takes the options that mean something", function()
    local part = assay.read(formats "pspp.sav", { columns = { "age", "sex" }, types = { age = "number" },
      levels = { sex = { "Male", "Female" } } })
    assert.same({ "sex", "age" }, part.columns)
    assert.equal("float", math.type(part:column "age"[1]))
    assert.equal("Male", part:column "sex"[1])
    assert.same({ age = 2, sex = 1 }, part.source.user_missing)
    assert.is_nil(part.source.weight)
  end)

  it("renames", function()
    local renamed = assay.read(formats "pspp.sav", { rename = { q = "Was it done?" } })
    assert.equal("Yes", renamed:column "Was it done?"[1])
    assert.same({ age = 2, sex = 1, ["Was it done?"] = 1 }, renamed.source.user_missing)
    assert.same({ { from = "q", to = "Was it done?" } }, renamed.source.renamed)
    assert.same({}, assay.read(formats "pspp.sav").source.renamed)
    for _, file in ipairs { "pspp.sav", "pandas-118.dta", "cases.csv", "cases.xlsx", "cases.ods" } do
      local name = assay.read(formats(file)).columns[1]
      local err = fails("rename: there is no column 'p'", assay.read, formats(file), { rename = { p = "x" } })
      assert.equal("usage", err.kind)
      fails("rename: there is no column 'P' among the clean names", assay.read, formats(file),
        { names = "clean", rename = { P = "x" } })
      err = fails("rename: columns 1 and 4 would both be '" .. name .. "'", assay.read, formats(file),
        { rename = { [assay.read(formats(file)).columns[4]] = name } })
      assert.equal("usage", err.kind)
      fails("rename: the new name of column 1 is empty", assay.read, formats(file), { rename = { [name] = "" } })
    end
  end)

  it("tells no codes of private columns", function()
    local secret = assay.read(formats "pspp.sav", { private = "age" })
    assert.equal(2, secret.source.user_missing.age)
    assert.is_nil(secret.source.missing_codes.age)
  end)

  it("refuses the options that mean nothing", function()
    for option, value in pairs { delimiter = ";", missing = "NA" } do
      local err = fails(("'%s' means nothing for a .sav file"):format(option), assay.read, formats "pspp.sav",
        { [option] = value })
      assert.equal("usage", err.kind)
      assert.equal(option, err.argument)
    end
    fails("'sheet' means nothing for a .csv file", assay.read, "x.csv", { sheet = 1 })
    fails("encoding is the name of one", assay.read, formats "pspp.sav", { encoding = "a b" })
  end)

  it("says why codes cannot be named as missing", function()
    fails("'missing' means nothing for a .dta file, which says itself what codes are missing %(f.source.missing_codes%)",
      assay.read, formats "haven-14.dta", { missing = "-9" })
  end)

  it("reads a file in windows-1252, and any by its format", function()
    assert.equal("Señor", assay.read(formats "pspp-1252.sav"):column "name"[2])
    local copy = support.file("copy.txt", support.content(formats "pspp-1252.sav"))
    assert.equal("Señor", assay.read(copy, { format = "sav" }):column "name"[2])
  end)

  it("says what a level is not among", function()
    local err = fails("row 1.*'%*%*%*' is not one of the levels", assay.read, formats "pspp.sav",
      { levels = { sex = { "F", "M" } }, private = "sex" })
    assert.equal("sex", err.argument)
  end)
end)

describe("assay.read of a .dta file", function()
  it("gives labels, dates and counted missing values", function()
    local f = assay.read(formats "haven-14.dta")
    assert.same({ "Yes", "No" }, { f:column "answer"[1], f:column "answer"[2] })
    assert.same({ { code = ".r", label = "Refused", cases = 1 }, { code = ".z", cases = 1 } },
      f.source.missing_codes.answer)
    assert.equal("1582-10-15", f:column "start"[4])
  end)

  it("takes an encoding", function()
    assert.equal("Zoë", assay.read(formats "haven-8.dta", { encoding = "UTF-8" }):column "note"[1])
  end)
end)

describe("a file that is no such file", function()
  it("is refused as data, with its name", function()
    for _, case in ipairs { { "a,b\n1,2\n", "no SPSS system" }, { "", "is empty" },
        { support.content(formats "pspp.sav"):sub(1, 3000), "is cut short" } } do
      local path = support.file("bad.sav", case[1])
      local err = fails(case[2], assay.read, path)
      assert.equal("data", err.kind)
      assert.equal(path, err.file)
    end
  end)
end)

describe("f:write of a .sav file", function()
  it("gives a file that reads back the same", function()
    local f = assay.frame { columns = { "id", "n", "x", "day", "answer", "note" }, rows = {
      { "A1", 1, 0.1, "2018-11-05", "Yes", "Zoë" }, { "A2", -7, -2.5, "1600-02-29", "No", "two words" },
      { "A3" }, { "A4", 12, 1e300, "9999-12-31", "Yes", "x" } },
      types = { day = "date" }, levels = { answer = { "Yes", "No", "Not applicable" } } }
    local again = assay.read(f:write(out) and out, { id = "id" })
    assert.same(f.columns, again.columns)
    for _, name in ipairs(f.columns) do
      for i = 1, #f do assert.equal(f:column(name)[i], again:column(name)[i]) end
    end
    assert.equal(0, #again:where { answer = "Not applicable" })
  end)

  it("writes the labels of the variables back", function()
    assay.read(formats "pspp.sav"):select("q", "age"):write(out)
    assert.same({ age = "Age at start", q = "Was it done? é" }, assay.read(out).source.labels)
  end)

  it("refuses a name that SPSS does not take, and a format that is none", function()
    local f = assay.frame { columns = { "case id" }, rows = { { 1 } } }
    local err = fails("column 'case id' has a name that SPSS does not take", f.write, f, out)
    assert.equal("case id", err.argument)
    fails("must end in .csv", f.write, f, support.path "out.dta")
  end)
end)
