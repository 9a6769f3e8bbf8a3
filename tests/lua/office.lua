-- office.lua: LibreOffice without a screen, for specs: it opens a workbook, says what it sees, and types.

local program = require "program"
local support = require "support"

local office = {}

local quote = program.quote

local HEAD = [[
<?xml version="1.0" encoding="UTF-8"?>
]]

-- Goes through a file of jobs, line by line between tabs: nothing, the file to open, where to save it and where to
-- say what is seen; then sheet, cell, and what is typed there, as from the keyboard. What is seen: a line for each
-- sheet and each cell of its first two rows. Files are saved as xlsx.
local MACRO = [[
Sub Main
  Dim line As String
  Dim doc As Object
  Dim parts, job
  Open Environ("OFFICE_JOBS") For Input As #2
  Do While Not Eof(2)
    Line Input #2, line
    If line <> "" Then
      parts = Split(line, Chr(9))
      If parts(0) = "" Then
        If Not IsNull(doc) Then Save(doc, job(2))
        job = parts
        doc = OpenFile(job(1))
        Tell(doc, job(3))
      Else
        Fill(doc, parts)
      End If
    End If
  Loop
  Close #2
  Save(doc, job(2))
End Sub

Function OpenFile(path)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  OpenFile = StarDesktop.loadComponentFromURL(ConvertToURL(path), "_blank", 0, hidden())
End Function

Sub Save(doc, path)
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  kind(0).Name = "FilterName" : kind(0).Value = "Calc MS Excel 2007 XML"
  doc.storeToURL(ConvertToURL(path), kind())
  doc.close(True)
End Sub

Sub Tell(doc, path)
  Open path For Output As #1
  For Each sheet In doc.Sheets
    Print #1, "sheet" & Chr(9) & sheet.Name & Chr(9) & sheet.IsVisible
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    For c = 0 To cursor.RangeAddress.EndColumn
      above = sheet.getCellByPosition(c, 0) : cell = sheet.getCellByPosition(c, 1)
      code = doc.NumberFormats.getByKey(cell.NumberFormat).FormatString
      Print #1, above.String & Chr(9) & cell.String & Chr(9) & cell.Type & Chr(9) & code & Chr(9) & _
        cell.Validation.Type & Chr(9) & cell.Validation.getFormula1() & Chr(9) & above.Annotation.String
    Next
  Next
  Close #1
End Sub

Sub Fill(doc, parts)
  Dim where(0) As New com.sun.star.beans.PropertyValue
  Dim what(0) As New com.sun.star.beans.PropertyValue
  helper = createUnoService("com.sun.star.frame.DispatchHelper")
  doc.CurrentController.setActiveSheet(doc.Sheets.getByName(parts(0)))
  where(0).Name = "ToPoint" : where(0).Value = parts(1)
  what(0).Name = "StringName" : what(0).Value = parts(2)
  helper.executeDispatch(doc.CurrentController.Frame, ".uno:GoToCell", "", 0, where())
  helper.executeDispatch(doc.CurrentController.Frame, ".uno:EnterString", "", 0, what())
End Sub
]]

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

local function start(profile, words)
  -- the sanitizers' library is for Lua alone
  return ("env -u LD_PRELOAD timeout 100 soffice --headless --norestore -env:UserInstallation=file://%s %s >/dev/null 2>&1")
    :format(quote(profile), words)
end

--- A profile with the macro in it. What LibreOffice puts there when it starts for the first time comes first.
local function make_profile()
  local profile = support.path "profile"
  assert(os.execute(start(profile, "--terminate_after_init")), "LibreOffice does not start: is libreoffice-calc installed?")
  local basic = profile .. "/user/basic/Standard/"
  write(basic .. "script.xlb", HEAD .. [[
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false"><library:element library:name="Fill"/></library:library>
]])
  write(basic .. "Fill.xba", HEAD .. [[
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Fill" script:language="StarBasic">
]] .. MACRO:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }) .. "</script:module>\n")
  return profile
end

--- What was seen of a file, by the name of each sheet.
local function read_seen(path)
  local sheets, name = {}, nil
  for line in support.content(path):gmatch "[^\r\n]+" do
    local cells = {}
    for cell in (line .. "\t"):gmatch "([^\t]*)\t" do cells[#cells + 1] = cell end
    if cells[1] == "sheet" then
      name = cells[2]
      sheets[name] = { visible = cells[3] == "True", columns = {} }
    else
      sheets[name].columns[cells[1]] = { cell = cells[2], type = cells[3], format = cells[4], validation = cells[5],
        list = cells[6], note = cells[7] }
    end
  end
  return sheets
end

local Desk = {}
Desk.__index = Desk

--- What is typed into workbooks at one start of LibreOffice, which takes longer than all else.
function office.desk() return setmetatable({ jobs = {}, lines = {} }, Desk) end

--- Types into a workbook, which may be one that is filled in before: a list of { sheet, cell, text }. The path where
--- it will be saved.
function Desk:fill(path, typed)
  local job = { to = support.path "filled.xlsx", said = support.path "said" }
  self.jobs[#self.jobs + 1] = job
  self.lines[#self.lines + 1] = table.concat({ "", path, job.to, job.said }, "\t")
  for _, one in ipairs(typed) do self.lines[#self.lines + 1] = table.concat(one, "\t") end
  return job.to
end

--- Does all of it. By path, and the name of each sheet, what was seen before anything was typed: { visible =,
--- columns = { name = { cell, type, format, validation, list, note }, ... } }.
function Desk:work()
  local jobs, seen = support.file("jobs", table.concat(self.lines, "\n") .. "\n"), {}
  os.execute(("OFFICE_JOBS=%s %s"):format(quote(jobs), start(make_profile(), "macro:///Standard.Fill.Main")))
  for _, job in ipairs(self.jobs) do
    assert(support.exists(job.said), "LibreOffice has not opened all that it was given")
    assert(support.exists(job.to), "LibreOffice has not saved all that it opened")
    seen[job.to] = read_seen(job.said)
  end
  return seen
end

return office
