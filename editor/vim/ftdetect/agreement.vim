autocmd BufRead,BufNewFile *.agreement setfiletype agreement
