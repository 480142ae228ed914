cpdef current()
cpdef publish(object journal)
cpdef withdraw()
